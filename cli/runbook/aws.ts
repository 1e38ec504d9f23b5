/** One call of AWS: a service as the AWS CLI names it, an operation and input as the API names them. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Absent for services that have no Region. */
  readonly region?: string;
  /** What of the answer to print, in JMESPath. */
  readonly query?: string;
}

/** What to type for a call: the AWS CLI's options are the members of the API's input. */
export function typed({ service, operation, input, region, query }: AwsCall): string {
  const words = ['aws', service, kebab(operation)];
  for (const [member, value] of Object.entries(input)) {
    const option = kebab(member);
    if (typeof value === 'boolean') words.push(value ? `--${option}` : `--no-${option}`);
    else words.push(`--${option}`, ...argumentsOf(value));
  }
  if (region !== undefined) words.push('--region', region);
  if (query !== undefined) words.push('--query', quoted(query), '--output', 'text');
  return words.join(' ');
}

function argumentsOf(value: unknown): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.map(quoted);
  if (value instanceof Date) return [instant(value.getTime())];
  return [quoted(typeof value === 'object' ? JSON.stringify(value) : String(value))];
}

/** As people write an instant: without a fraction of a second. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `DBInstanceIdentifier` as the CLI writes it: `db-instance-identifier`. */
export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** A word that a POSIX shell takes as it is. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
