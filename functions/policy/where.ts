import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** The way to a field: names of mappings and places in lists. */
export type Path = readonly (string | number)[];

/** A field as messages name it: `tiers.gold.copies[0].to`. */
export function fieldName(path: Path): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${named(part)}`));
  return parts.join('').replace(/^\./, '') || '(the whole file)';
}

/** A name that nobody would see, or that is more than a name, in quotes. */
function named(part: string): string {
  return /^(?! )[^\p{C}\u2028\u2029]{1,100}(?<! )$/u.test(part) ? part : JSON.stringify(part.slice(0, 100));
}

/** The way to a field that a message names. */
export function pathOf(field: string): Path {
  return [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((part) => (part[1] === undefined ? part[0] : Number(part[1])));
}

/**
 * The line and column, from 1, of a field: of its value where that is a single one, else of its name. A field that is
 * missing is where the mapping begins that should hold it.
 */
export function whereIs(document: Document, lines: LineCounter, path: Path, of: 'value' | 'name' = 'value') {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    const inside: unknown = isAlias(node) ? node.resolve(document) : node;
    let name: unknown;
    let value: unknown;
    if (isMap(inside)) {
      const pair = inside.items.find((item) => keyText(item.key) === String(part));
      name = pair?.key;
      value = pair?.value;
    } else if (isSeq(inside) && typeof part === 'number') {
      value = inside.items[part];
      name = value;
    }
    if (name === undefined) break;
    offset = startOf(name) ?? offset;
    if (last && of === 'value' && isScalar(value) && value.source !== '') offset = startOf(value) ?? offset;
    node = value;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
