import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, packagedPolicy, stacksOf, type Template } from '../cli/package.ts';

export interface Packaged {
  /** JSON for the process that plays: the policy, the stacks, and where the functions' files lie. */
  readonly settingFile: string;
  readonly stacks: readonly { readonly region: string; readonly template: Template }[];
}

/** Packages the stacks of a policy into a folder of its own, which is gone when `use` is done with it. */
export async function packaged<Answer>(
  policyFile: string,
  use: (packaged: Packaged) => Answer | Promise<Answer>,
): Promise<Answer> {
  const taskRoot = mkdtempSync(join(tmpdir(), 'lifeboat-bench-'));
  try {
    const stacks = await Promise.all(
      (await stacksOf(policyFile)).map(async (stack) => ({
        region: stack.region,
        template: await compileTemplate({ ...stack, policyFile, outDir: taskRoot }),
      })),
    );
    const policy = JSON.parse(readFileSync(join(taskRoot, packagedPolicy), 'utf8')) as unknown;
    const settingFile = join(taskRoot, 'bench-setting.json');
    writeFileSync(settingFile, JSON.stringify({ policy, stacks, taskRoot }));
    return await use({ settingFile, stacks });
  } finally {
    rmSync(taskRoot, { recursive: true, force: true });
  }
}
