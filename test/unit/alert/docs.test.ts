import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { filesIn, type Node, nodesIn, parsed } from '../../../cli/check/source.ts';
import { causeOf } from '../../../functions/account/cause.ts';
import { headlineOf, headlines } from '../../../functions/alert/headlines.ts';
import { mends } from '../../../functions/alert/mends.ts';
import { actions } from '../../../functions/alert/next-steps.ts';
import { alarmWords } from '../../../resources/alarms.ts';

/** The rows of each table of the page, by the heading that stands before it: cells as they are written. */
function tablesOf(page: string): Record<string, string[][]> {
  const tables: Record<string, string[][]> = {};
  let heading = '';
  for (const line of page.split('\n')) {
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    if (!line.startsWith('| `')) continue;
    tables[heading] = [...(tables[heading] ?? []), line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))];
  }
  return tables;
}

const page = readFileSync('docs/alerts.md', 'utf8');
const tables = tablesOf(page);
const first = (heading: string) => (tables[heading] ?? []).map(([name = '']) => name.replaceAll('`', ''));
const kindTables = ['Pages about a resource', 'Pages about Lifeboat itself', 'Notices'];

describe('docs/alerts.md', () => {
  test('has every kind of episode, each once, by the words of its messages', () => {
    const rows = kindTables.flatMap((heading) => tables[heading] ?? []);
    const told = Object.fromEntries(rows.map(([kind = '', headline]) => [kind.replaceAll('`', ''), headline]));
    expect(rows).toHaveLength(Object.keys(told).length);
    // That all is well is no episode.
    const { 'all-well': allWell, ...kinds } = told;
    expect(allWell).toBe('all well');
    expect(kinds).toEqual(Object.fromEntries(Object.keys(headlines).map((kind) => [kind, headlineOf(kind)])));
  });

  test('has every finding, every alarm and every cause', () => {
    expect(first('Findings').sort()).toEqual(Object.keys(mends).sort());
    expect(first('Alarms of CloudWatch').sort()).toEqual(
      Object.values(alarmWords)
        .map(({ name }) => name)
        .sort(),
    );
    expect(first('Likely causes').sort()).toEqual(Object.keys(actions).sort());
  });

  test('says of each what it means and what to do', () => {
    const rows = Object.entries(tables).filter(([heading]) => heading !== 'Who reads which shape');
    expect(rows.flatMap(([, table]) => table).length).toBeGreaterThan(45);
    for (const [, table] of rows) {
      for (const cells of table) for (const cell of cells) expect(cell.length).toBeGreaterThan(1);
      for (const cells of table) expect(cells.length).toBe(table[0]?.length);
    }
  });

  test('gives an example of each cause that is one', () => {
    for (const [cause = '', example = ''] of tables['Likely causes'] ?? []) {
      expect(causeOf(example).kind).toBe(cause.replaceAll('`', ''));
    }
  });

  test('is found wanting when a row is taken out', () => {
    const without = tablesOf(page.replace(/^\| `vanished`.*\n/m, ''));
    expect((without.Findings ?? []).length).toBe(first('Findings').length - 1);
  });
});

describe('what is done about a finding', () => {
  /** The codes of findings that the product's own code writes: `code: '…'` and kinds `finding:…`. */
  async function codesIn(file: string, text: string): Promise<string[]> {
    const codes: string[] = [];
    for (const node of nodesIn((await parsed(file, text)).statements)) {
      const isCode = node.type === 'KeyValueProperty' && (node.key as Node).value === 'code';
      const written = isCode ? beginning(node.value as Node) : undefined;
      if (written !== undefined) codes.push(written.split(':')[0] ?? '');
      const kind = /^finding:([a-z-]+)/.exec(beginning(node) ?? '')?.[1];
      if (kind !== undefined) codes.push(kind);
    }
    return codes;
  }

  /** The text of a literal, or what a template begins with. */
  function beginning(node: Node): string | undefined {
    if (node.type === 'StringLiteral') return String(node.value);
    if (node.type !== 'TemplateLiteral') return undefined;
    return (node.quasis as readonly { cooked?: string }[])[0]?.cooked;
  }

  /** Where codes are those of findings: elsewhere the word means errors of Postgres or of schemas. */
  const rooms = ['functions/watch', 'functions/episodes', 'functions/keep', 'functions/report'];

  test('is told for every code that the code writes, and for no other', async () => {
    const files = [
      ...(await Promise.all(rooms.map((room) => filesIn('.', room, /\.ts$/)))).flat(),
      'functions/policy/resolve.ts',
    ];
    const written = await Promise.all(files.map(async (file) => codesIn(file, readFileSync(file, 'utf8'))));
    expect(files.length).toBeGreaterThan(20);
    expect([...new Set(written.flat())].filter((code) => code !== '').sort()).toEqual(Object.keys(mends).sort());
  });

  test('is missed when a code is planted', async () => {
    const text = "const f = { code: 'planted' }; const g = { kind: `finding:other:${x}` };";
    expect(await codesIn('planted.ts', text)).toEqual(['planted', 'other']);
  });
});
