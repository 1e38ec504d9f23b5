/** Whether policy lets a table be gone that was there at the last PASS. In a pattern `*` stands for any characters. */
export function vanishes(patterns: readonly string[], table: string): boolean {
  return patterns.some((pattern) => {
    const literal = pattern.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&');
    return new RegExp(`^${literal.replaceAll('*', '.*')}$`, 's').test(table);
  });
}
