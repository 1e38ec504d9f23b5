import { posix } from 'node:path';
import { type Check, counted, withSubjects } from './check.ts';
import { type Node, nodesIn, readSources, type Source } from './source.ts';

/** The rooms of functions/ that others build on. A room imports itself and what stands before it. */
const order = [
  'platform',
  'ledger',
  'policy',
  'account',
  'objectives',
  'evidence',
  'alert',
  'episodes',
  'jobs',
  'scratch',
  'restore',
  'proof',
];

export interface Import {
  readonly from: string;
  /** From the root for a file of the repository, else as it is written. */
  readonly to: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

/** Types and values alike: `import`, `export … from`, `import()` and `import('…').Type`. */
export function importsOf(source: Source): Import[] {
  const imports: Import[] = [];
  for (const node of nodesIn(source.statements)) {
    const written = specifier(node);
    if (written === undefined) continue;
    const to = written.startsWith('.') ? posix.join(posix.dirname(source.file), written) : written;
    imports.push({ from: source.file, to, line: source.lineOf(node), typeOnly: isTypeOnly(node) });
  }
  return imports;
}

function specifier(node: Node): string | undefined {
  if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type)) return literal(node.source);
  if (node.type === 'TsImportType') return literal(node.argument);
  if (node.type === 'CallExpression' && (node.callee as Node).type === 'Import') {
    const [first] = node.arguments as readonly { expression: Node }[];
    return literal(first?.expression);
  }
  return undefined;
}

function literal(node: unknown): string | undefined {
  const { type, value } = (node ?? {}) as Partial<Node>;
  return type === 'StringLiteral' ? String(value) : undefined;
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TsImportType' || node.typeOnly === true) return true;
  const specifiers = (node.specifiers ?? []) as readonly Node[];
  return specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly === true);
}

/** Why an import may not be, or nothing. */
export function refusal({ from, to, typeOnly }: Import): string | undefined {
  const [folder, room = ''] = from.split('/');
  const [target, into = ''] = to.split('/');
  if (folder === 'functions') {
    if (['simulator', 'cli', 'test', 'bench', 'resources'].includes(target ?? ''))
      return `functions/ never imports ${target}/`;
    if (target === 'functions') return withinFunctions(room, into, typeOnly);
  }
  if (folder === 'simulator' && target === 'functions') return fromSimulator(room, into, typeOnly);
  return undefined;
}

function withinFunctions(room: string, into: string, typeOnly: boolean): string | undefined {
  if (room === into) return undefined;
  if (room === 'probes') return into === 'platform' || typeOnly ? undefined : 'probes import only platform/ and types';
  if (into === 'probes') return typeOnly ? undefined : 'only types may be imported from probes/';
  const [rank, rankInto] = [order.indexOf(room), order.indexOf(into)];
  if (rankInto === -1)
    return `${into}/ is a stage: ${rank === -1 ? 'stages never import one another' : 'nothing imports one'}`;
  if (rank !== -1 && rankInto > rank) return `${into}/ comes after ${room}/: imports go ${order.join(' → ')} → stages`;
  return undefined;
}

function fromSimulator(room: string, into: string, typeOnly: boolean): string | undefined {
  if (room === 'checkers')
    return 'a checker imports nothing from functions/: it would share the mistake that it looks for';
  if (into === 'platform' && typeOnly) return undefined;
  if (room === 'scenarios' && into === 'policy') return undefined;
  return 'simulator/ imports only types of functions/platform/; its scenarios also read durations as the policy does';
}

export const importOrder: Check = {
  name: 'import order',
  async run(root) {
    const sources = await readSources(root, ['functions', 'simulator']);
    const imports = sources.flatMap(importsOf);
    const problems = imports.flatMap((one) => {
      const because = refusal(one);
      return because === undefined ? [] : [`${one.from}:${one.line}  imports ${one.to}: ${because}`];
    });
    const examined = `${counted(imports.length, 'import')} in ${counted(sources.length, 'file')}`;
    return withSubjects(imports.length, { examined, problems });
  },
};
