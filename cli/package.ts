import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyRegions, type Part } from '../resources/stack.ts';
import { PolicyUnusable, readPolicyFile } from './package/policy.ts';
import { runServerless } from './package/serverless.ts';
import { openService, root } from './package/service.ts';

export { compileTemplate, packagedPolicy } from './package/compile.ts';
export { PolicyUnusable } from './package/policy.ts';
export type { Template, TemplateResource } from './package/template.ts';

/** One stack to package. */
export interface Stack {
  readonly region: string;
  readonly part: Part;
}

/** The stacks that a policy asks for: home, and one in every Region that some tier copies to. */
export async function stacksOf(policyFile: string): Promise<Stack[]> {
  const { policy } = await readPolicyFile(policyFile);
  return [
    { region: policy.home, part: 'home' },
    ...copyRegions(policy).map((region) => ({ region, part: 'copy' as const })),
  ];
}

/** Packages one stack, code and all, into `outDir`, which is emptied first. Answers what it wrote. */
export async function packageStack(
  options: Stack & { policyFile: string; outDir: string },
): Promise<{ zips: string[] }> {
  const { region, part, outDir } = options;
  const service = await openService({ policyFile: options.policyFile, code: 'whole' });
  try {
    await runServerless({ folder: service.folder, region, part, policyFile: service.policyFile });
    await rm(outDir, { recursive: true, force: true });
    await mkdir(outDir, { recursive: true });
    await cp(join(service.folder, '.serverless'), outDir, { recursive: true });
  } finally {
    await service.close();
  }
  return { zips: (await readdir(outDir)).filter((file) => file.endsWith('.zip')).sort() };
}

const usage = `Usage: npm run package -- [options]

Packages the stack of each Region of the policy into .serverless/REGION/, as it will be sent: no network, no credentials.

  --policy FILE  the rules; default policy.yml
  --help         this text`;

/** The options, or the exit code where they ask for nothing that could be packaged. */
function readOptions(): { readonly policy: string } | 0 | 2 {
  try {
    const { values } = parseArgs({
      options: { policy: { type: 'string', default: 'policy.yml' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help !== true) return { policy: values.policy };
    console.log(usage);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

async function main(): Promise<void> {
  const values = readOptions();
  if (typeof values === 'number') {
    process.exitCode = values;
    return;
  }
  const stacks = await stacksOf(values.policy);
  await Promise.all(
    stacks.map(async (stack) => {
      const outDir = join(root, '.serverless', stack.region);
      const { zips } = await packageStack({ ...stack, policyFile: values.policy, outDir });
      const sizes = await Promise.all(zips.map(async (zip) => (await stat(join(outDir, zip))).size));
      const kilobytes = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000);
      console.log(
        `${stack.region}  ${stack.part}  ${zips.length} functions, ${kilobytes} kB  .serverless/${stack.region}/`,
      );
    }),
  );
}

if (import.meta.main) {
  await main().catch((error: Error) => {
    console.error(error instanceof PolicyUnusable ? error.message : error);
    process.exitCode = 1;
  });
}
