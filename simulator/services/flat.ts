/** A text that was joined of others holds on to all of them. What is kept for weeks, a million times, is made one of its own. */
export function flat(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
