import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyExcerpt } from '../../simulator/scenarios/summary.ts';
import type { Template } from '../../simulator/world/deploy/index.ts';
import { compileTemplate, packagedPolicy, stacksOf } from '../package.ts';
import type { Setting } from './order.ts';

const root = join(import.meta.dirname, '../..');

/** The stacks of a policy, compiled, as every run of them needs them. */
export async function settingOf(policyFile: string, taskRoot: string): Promise<Setting> {
  const stacks = await Promise.all(
    (await stacksOf(policyFile)).map(async (stack) => ({
      region: stack.region,
      template: (await compileTemplate({ ...stack, policyFile, outDir: taskRoot })) as Template,
    })),
  );
  const policy = JSON.parse(readFileSync(join(taskRoot, packagedPolicy), 'utf8')) as PolicyExcerpt;
  return { policy, stacks, taskRoot, sourceRoot: root };
}

/** A directory for what is packaged, which is gone afterwards. */
export async function withTaskRoot<Answer>(does: (taskRoot: string) => Promise<Answer>): Promise<Answer> {
  const taskRoot = mkdtempSync(join(tmpdir(), 'lifeboat-task-'));
  try {
    return await does(taskRoot);
  } finally {
    rmSync(taskRoot, { recursive: true, force: true });
  }
}
