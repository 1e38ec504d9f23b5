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

/**
 * What stopped a run, in the words of whoever refused: for a drill, whose cause holds its verdict and the input for a new
 * run beside them, those of the step that failed, or of the tear-down. Undefined when nothing failed but the data.
 */
export function troubleIn(cause: string, of: 'work' | 'scratch'): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(cause);
  } catch {
    return cause;
  }
  if (typeof parsed !== 'object' || parsed === null || !('verdict' in parsed)) return plainCause(cause);
  const { trouble, scratch } = parsed as { trouble?: unknown; scratch?: unknown };
  const words = of === 'scratch' ? scratch : trouble;
  return typeof words === 'string' && words !== '' ? plainCause(words) : undefined;
}
