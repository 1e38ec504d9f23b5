import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileTemplate, stacksOf } from '../package.ts';
import { type Check, counted, type Finding, withSubjects } from './check.ts';

/** One thing that a tool finds in a template. */
export interface Found {
  readonly rule: string;
  readonly resource: string;
  readonly says: string;
}

/** What we leave as it is, from resources/exceptions.yml. `rule` and `resources` are regular expressions. */
export interface Exception {
  readonly tool: string;
  readonly rule: string;
  readonly resources: string;
  readonly because: string;
}

/** What a tool says of some templates: how much it looked at, and what it found. A text says why it did not run. */
type Tool = (files: readonly string[], root: string) => Promise<{ examined: string; found: Found[] } | string>;

const exceptions = 'resources/exceptions.yml';
const tools = 'tools/template';

/** The findings for which there is no reason, and the reasons for which there is no finding. */
export function judged(tool: string, found: readonly Found[], reasons: readonly Exception[]): string[] {
  const ours = reasons.filter((reason) => reason.tool === tool);
  const fits = (reason: Exception, { rule, resource }: Found) =>
    new RegExp(`^(?:${reason.rule})$`).test(rule) && new RegExp(`^(?:${reason.resources})$`).test(resource);
  const open = found.filter((one) => !ours.some((reason) => fits(reason, one)));
  const stale = ours.filter((reason) => !found.some((one) => fits(reason, one)));
  return [
    ...new Set(
      open.map(
        ({ rule, resource, says }) => `${resource}  ${rule}: ${says}. Mend it, or give the reason in ${exceptions}.`,
      ),
    ),
    ...ours
      .filter(({ because }) => !/\S{3}/.test(because ?? ''))
      .map(({ rule }) => `${exceptions}  ${rule} has no because`),
    ...stale.map(
      ({ rule, resources }) => `${exceptions}  ${rule} on ${resources} excuses nothing any more: take it out`,
    ),
  ];
}

const cfnLint: Tool = async (files) => {
  const ran = await run('cfn-lint', ['--format', 'json', ...files]);
  if (ran === undefined) return 'cfn-lint is not installed: pip install cfn-lint';
  const said = JSON.parse(ran.output || '[]') as {
    Rule: { Id: string };
    Message: string;
    Location: { Path?: string[] };
  }[];
  return {
    examined: counted(files.length, 'template'),
    found: said.map(({ Rule, Message, Location }) => ({
      rule: Rule.Id,
      resource: Location.Path?.[1] ?? 'the template',
      says: Message,
    })),
  };
};

const cfnGuard: Tool = async (files, root) => {
  const folder = join(root, tools, 'node_modules/@cdklabs/cdk-validator-cfnguard');
  const rules = join(folder, 'rules/control-tower/cfn-guard');
  const kinds = await readdir(rules).catch(() => undefined);
  if (kinds === undefined) return notThere;
  const system = process.platform === 'darwin' ? 'macos' : 'ubuntu';
  const program = join(folder, 'bin', system, process.arch === 'arm64' ? 'aarch64' : 'x86_64', 'cfn-guard');
  const found: Found[] = [];
  let count = 0;
  for (const file of files) {
    const parameters = [
      'validate',
      '--rules',
      rules,
      '--data',
      file,
      '--output-format',
      'json',
      '--show-summary',
      'none',
      '--structured',
    ];
    const ran = await run(program, parameters);
    if (ran === undefined) return `cfn-guard has no program for ${system} on ${process.arch}`;
    const [report] = JSON.parse(ran.output) as [
      { not_compliant: { Rule: { name: string } }[]; compliant: unknown[]; not_applicable: unknown[] },
    ];
    count = report.not_compliant.length + report.compliant.length + report.not_applicable.length;
    for (const { Rule } of report.not_compliant) {
      const text = JSON.stringify(Rule);
      const [says = 'is not kept'] = /\[CT\.[^\]]*\]:[^"\\]*/.exec(text) ?? [];
      const resources = new Set([...text.matchAll(/\/Resources\/(\w+)/g)].map(([, resource = '']) => resource));
      for (const resource of resources) found.push({ rule: Rule.name, resource, says });
      if (resources.size === 0) found.push({ rule: Rule.name, resource: 'the template', says });
    }
  }
  return { examined: `${counted(files.length, 'template')}, ${count} rules`, found };
};

const cdkNag: Tool = async (files, root) => {
  const folder = join(root, tools);
  if ((await readdir(join(folder, 'node_modules/cdk-nag')).catch(() => undefined)) === undefined) return notThere;
  const ran = await run(process.execPath, [join(folder, 'nag.mjs'), ...files]);
  if (ran === undefined || ran.output === '') throw new Error(`cdk-nag came to no end: ${ran?.errors ?? ''}`);
  const reports = JSON.parse(ran.output) as { examined: number; findings: Found[] }[];
  const resources = reports.reduce((sum, { examined }) => sum + examined, 0);
  return {
    examined: `${counted(files.length, 'template')}, ${counted(resources, 'resource')}`,
    found: reports.flatMap(({ findings }) => findings),
  };
};

const notThere = `it lives in a folder of its own: npm ci --prefix ${tools}`;

/** Others' rules over the packaged templates of both parts. */
export const templateChecks: readonly Check[] = [
  check('cfn-lint', cfnLint),
  check('cfn-guard', cfnGuard),
  check('cdk-nag', cdkNag),
];

function check(name: string, tool: Tool): Check {
  return {
    name,
    run: async (root): Promise<Finding> => {
      const reasons = parse(await readFile(join(root, exceptions), 'utf8')) as Exception[];
      const folder = await mkdtemp(join(tmpdir(), 'lifeboat-template-'));
      try {
        const stacks = await stacksOf(join(root, 'policy.yml'));
        const files: string[] = [];
        for (const stack of stacks) {
          const template = await compileTemplate({ ...stack, policyFile: 'policy.yml', outDir: folder });
          const file = join(folder, `${stack.region}.json`);
          await writeFile(file, JSON.stringify(template));
          files.push(file);
        }
        const said = await tool(files, root);
        if (typeof said === 'string') return { examined: 'nothing', problems: [], notRun: said };
        return withSubjects(files.length, { examined: said.examined, problems: judged(name, said.found, reasons) });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Undefined when there is no such program. */
function run(program: string, parameters: readonly string[]): Promise<{ output: string; errors: string } | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { output: '', errors: '' };
    child.stdout.on('data', (bytes: Buffer) => (said.output += bytes));
    child.stderr.on('data', (bytes: Buffer) => (said.errors += bytes));
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', () => resolve(said));
  });
}
