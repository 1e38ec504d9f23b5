/** Whether a range of IPv4 addresses holds all of another, e.g. `10.0.0.0/8` all of `10.1.0.0/16`. */
export function covers(range: string, other: string): boolean {
  const outer = parse(range);
  const inner = parse(other);
  if (outer === undefined || inner === undefined || outer.length > inner.length) return false;
  const size = 2 ** (32 - outer.length);
  return Math.floor(outer.address / size) === Math.floor(inner.address / size);
}

/** How many addresses a range has. */
export function sizeOf(range: string): number {
  return 2 ** (32 - (parse(range)?.length ?? 32));
}

function parse(range: string): { readonly address: number; readonly length: number } | undefined {
  const [text = '', length = '32'] = range.split('/');
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return { address: parts.reduce((sum, part) => sum * 256 + part, 0), length: Number(length) };
}
