/** Text that is markup already. Only `html` makes it, so whatever else is written into a page is escaped. */
export interface Html {
  readonly markup: string;
}

export type Value = string | number | Html | false | undefined | readonly Value[];

/**
 * Writes markup. What stands in `${}` is untrusted and escaped, unless it was made by `html` itself. Line breaks and the
 * white space after them fall away, so that the source can be indented and the page stays small.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Html {
  let markup = '';
  literals.forEach((literal, index) => {
    markup += literal.replace(/\n\s*/g, '');
    if (index < values.length) markup += written(values[index]);
  });
  return { markup };
}

function written(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return isList(value) ? value.map(written).join('') : value.markup;
}

function isList(value: Html | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Names, tags and causes come from anywhere. Besides markup, what would turn the direction of the text, or be no text at
 * all, is shown as the sign for what cannot be shown.
 */
export function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (sign) => named[sign] ?? '')
    .replace(/(?![\t\n])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '\ufffd');
}
