import { type Check, counted, withSubjects } from './check.ts';
import { filesIn, type Node, nodesIn, readSources, type Source } from './source.ts';

const folders = ['functions', 'simulator', 'cli', 'test', 'bench', 'resources'];

/** The one file of functions/ that takes time, chance and variables from the process. */
const seam = 'functions/platform/lambda.ts';

/** A file says what it is about. */
export function nameProblem(file: string): string | undefined {
  const vague = file.split('/').find((part) => /(^|[-.])(utils?|helpers?|common)([-.]|$)/i.test(part));
  return vague === undefined ? undefined : `${file}  ${vague} says nothing: name the subject`;
}

export function purityProblems(source: Source): string[] {
  if (source.file === seam) return [];
  const problems = [...nodesIn(source.statements)].flatMap((node) => {
    const because = impurity(node);
    return because === undefined ? [] : [`${source.file}:${source.lineOf(node)}  ${because}`];
  });
  return [...problems, ...stateProblems(source)];
}

const impure: Readonly<Record<string, string>> = {
  'Date.now': 'Date.now: take the time from seam.clock',
  'performance.now': 'performance.now: take the time from seam.clock',
  'process.hrtime': 'process.hrtime: take the time from seam.clock',
  'Math.random': 'Math.random: take chance from seam.chance',
  'process.env': 'process.env: read seam.environment',
};

function impurity(node: Node): string | undefined {
  if (node.type === 'MemberExpression') {
    return impure[`${nameOf(node.object)}.${nameOf(node.property)}`];
  }
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'Date' && (node.arguments as unknown[]).length === 0) {
    return 'new Date() without an argument: take the time from seam.clock';
  }
  if (node.type === 'CallExpression' && nameOf(node.callee) === 'Date') {
    return 'Date(): take the time from seam.clock';
  }
  if (node.type === 'Identifier' && /^random(UUID|Bytes|Int)$/.test(String(node.value))) {
    return `${node.value}: take chance from seam.chance`;
  }
  return undefined;
}

/** A variable or a client at the level of the module would be shared by every execution environment of a process. */
function stateProblems(source: Source): string[] {
  return source.statements.flatMap((statement) => {
    const declared = statement.type === 'ExportDeclaration' ? (statement.declaration as Node) : statement;
    const at = `${source.file}:${source.lineOf(statement)}`;
    const problems: string[] = [];
    if (declared.type === 'VariableDeclaration' && declared.kind !== 'const') {
      problems.push(`${at}  ${declared.kind} at module level: keep state in what build returns`);
    }
    for (const node of nodesIn(declared, (inner) => !isDeferred(inner))) {
      if (node.type === 'NewExpression' && /^(Weak)?(Map|Set)$/.test(nameOf(node.callee))) {
        if (((node.arguments ?? []) as unknown[]).length === 0) {
          problems.push(`${at}  an empty ${nameOf(node.callee)} at module level: keep state in what build returns`);
        }
      } else if (/^(New|Call)Expression$/.test(node.type) && isClient(node.callee as Node)) {
        problems.push(`${at}  a client at module level: make it in build with seam.client`);
      }
    }
    return problems;
  });
}

function isDeferred({ type }: Node): boolean {
  return [
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
    'ClassDeclaration',
    'ClassExpression',
  ].includes(type);
}

function isClient(callee: Node): boolean {
  if (callee.type === 'MemberExpression') {
    return nameOf(callee.property) === 'client' || isClient(callee.object as Node);
  }
  return callee.type === 'Identifier' && /Client$|^DynamoDBDocument$/.test(nameOf(callee));
}

function nameOf(node: unknown): string {
  const { type, value } = (node ?? {}) as Partial<Node>;
  return type === 'Identifier' ? String(value) : '';
}

export const tidy: Check = {
  name: 'tidy',
  async run(root) {
    const names = (await Promise.all(folders.map((folder) => filesIn(root, folder, /./)))).flat();
    const sources = await readSources(root, ['functions']);
    return withSubjects(Math.min(names.length, sources.length), {
      examined: `${counted(names.length, 'name')}, ${counted(sources.length, 'file')} of functions/`,
      problems: [
        ...names.flatMap((file) => nameProblem(file) ?? []),
        ...sources.flatMap((source) => purityProblems(source)),
      ],
    });
  },
};
