import { relative } from 'node:path';
import { build } from 'esbuild';
import { type Node, nodesIn, parsed } from '../../cli/check/source.ts';
import { root } from '../../cli/package/service.ts';
import plugins from '../../resources/bundle.ts';

/** What can be seen in the code that one handler's bundle carries of functions/: what is never called is not there. */
export interface Code {
  /** Variables that it reads, sorted. */
  readonly reads: readonly string[];
  /** Reads whose variable's name could not be seen. */
  readonly unclear: readonly string[];
  /** SDK commands that it makes, as `client-backup StartBackupJob`, sorted. */
  readonly commands: readonly string[];
  /** Verbs of the ledger that it calls of those that only some may use: `remove` and `due`. */
  readonly verbs: readonly string[];
  /** SDK clients in the bundle, sorted. */
  readonly clients: readonly string[];
}

/** Bundles handlers as serverless.yml does, but readable, and looks at our own part of each. */
export async function codesOf(sources: readonly string[]): Promise<Map<string, Code>> {
  const built = await build({
    entryPoints: [...sources],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins,
    write: false,
    metafile: true,
    outdir: 'out',
    outbase: '.',
  });
  const codes = new Map<string, Code>();
  for (const { path, text } of built.outputFiles) {
    const output = relative(root, path);
    const inputs = Object.keys(built.metafile.outputs[output]?.inputs ?? {});
    const source = output.replace(/^out\//, '').replace(/\.js$/, '.ts');
    codes.set(source, await codeIn(source, text, inputs));
  }
  return codes;
}

async function codeIn(source: string, text: string, inputs: readonly string[]): Promise<Code> {
  const { statements } = await parsed(source, ownPart(text));
  const clients = new Set(inputs.flatMap((input) => /@aws-sdk\/(client-[a-z0-9-]+)\//.exec(input)?.[1] ?? []));
  const made = new Set([...nodesIn(statements)].flatMap((node) => commandIn(node)));
  const owners = commandOwners(inputs);
  const verbs = new Set([...nodesIn(statements)].flatMap((node) => verbIn(node)));
  return {
    ...readsIn(statements),
    verbs: [...verbs].sort(),
    clients: [...clients].sort(),
    commands: [...made].map((name) => named(name, owners)).sort(),
  };
}

/** The bundler writes the name of each module above it. The seam itself, which reads whatever it is asked for, is left out. */
function ownPart(text: string): string {
  const parts = text.split(/^\/\/ ((?:[\w-]+:)?[^\s:]+\.(?:[cm]?[jt]s|json))$/m);
  let own = '';
  for (let at = 1; at < parts.length; at += 2)
    if (/^functions\/(?!platform\/seam)/.test(parts[at] ?? '')) own += parts[at + 1];
  return own.replace(/^export \{[\s\S]*?\};$/m, '');
}

/** `required(environment, 'X')`, `environment.X` and `const { X } = environment`. */
export function readsIn(statements: unknown): { reads: string[]; unclear: string[] } {
  const reads = new Set<string>();
  const unclear: string[] = [];
  const name = (text: string) => /^[A-Z][A-Z0-9_]+$/.test(text);
  for (const node of nodesIn(statements)) {
    if (node.type === 'CallExpression' && /^required\d*$/.test(String((node.callee as Node).value))) {
      const [, asked] = node.arguments as { expression: Node }[];
      const named = [...nodesIn(asked?.expression)].flatMap((inner) =>
        inner.type === 'StringLiteral' && name(String(inner.value)) ? String(inner.value) : [],
      );
      if (named.length === 0) unclear.push('required(…) of a name that is not written there');
      for (const variable of named) reads.add(variable);
    }
    if (node.type === 'MemberExpression' && isEnvironment(node.object as Node)) {
      const property = node.property as Node;
      const written = String(property.value ?? (property.expression as Node | undefined)?.value ?? '');
      if (name(written)) reads.add(written);
      else if (property.type === 'Computed') unclear.push('environment[…]');
    }
    if (node.type === 'VariableDeclarator' && isEnvironment((node.init ?? {}) as Node)) {
      for (const inner of nodesIn(node.id)) if (name(String(inner.value))) reads.add(String(inner.value));
    }
  }
  return { reads: [...reads].sort(), unclear };
}

function isEnvironment(node: Node): boolean {
  if (node.type === 'MemberExpression') return (node.property as Node).value === 'environment';
  return node.type === 'Identifier' && /^environment\d*$/.test(String(node.value));
}

/** `new DescribeExecutionCommand(…)` and `paginateListExecutions(…)`. */
function commandIn(node: Node): string[] {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return [];
  const callee = String((node.callee as Node).value);
  const [, made, paged] = /^(?:([A-Z]\w+Command)|paginate([A-Z]\w+))\d*$/.exec(callee) ?? [];
  if (made !== undefined && node.type === 'NewExpression') return [made];
  return paged === undefined ? [] : [`${paged}Command`];
}

/** `ledger.remove(row)` and `ledger.due(…)`, whatever stands before the ledger. */
function verbIn(node: Node): string[] {
  if (node.type !== 'CallExpression') return [];
  const { type, object, property } = node.callee as Node;
  if (type !== 'MemberExpression') return [];
  const of = object as Node;
  const named = String(of.type === 'MemberExpression' ? (of.property as Node).value : of.value);
  const verb = String((property as Node).value);
  return /^ledger\d*$/.test(named) && /^(remove|due)$/.test(verb) ? [verb] : [];
}

/** The bundler numbers what would have the same name: `GetCommand2`. Some operations end in a digit themselves. */
function named(name: string, owners: ReadonlyMap<string, string>): string {
  const known = [name, name.replace(/\d+Command$/, 'Command')].find((one) => owners.has(one)) ?? name;
  return `${owners.get(known) ?? '?'} ${known.replace(/Command$/, '')}`;
}

/** Which package each command in the bundle comes from. */
function commandOwners(inputs: readonly string[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const input of inputs) {
    const [, owner, name] = /@aws-sdk\/((?:client|lib)-[a-z0-9-]+)\/.*\/commands\/(\w+Command)\.js$/.exec(input) ?? [];
    if (owner === undefined || name === undefined) continue;
    // The document client's commands carry the names it gives them; the plain ones beside them are its own business.
    if (!owners.has(name) || owner.startsWith('lib-')) owners.set(name, owner);
  }
  return owners;
}
