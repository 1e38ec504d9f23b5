/**
 * The words inside a failed execution's cause. Step Functions wraps the error of a Lambda function as JSON with
 * `errorMessage`; other causes are words already. Stack traces are left out.
 */
export function plainCause(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed) return String(parsed.errorMessage);
  } catch {
    // Words, not JSON.
  }
  return cause;
}
