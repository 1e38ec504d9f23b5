// The simulated account replaces the globals for time and chance: before any library reads them.
import '../../simulator/world/globals.ts';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, packagedPolicy, stacksOf } from '../../cli/package.ts';
import type { FaultName } from '../../simulator/faults/index.ts';
import { playMonth } from '../../simulator/scenarios/generated/month.ts';
import type { PolicyExcerpt } from '../../simulator/scenarios/summary.ts';
import type { Template } from '../../simulator/world/deploy/index.ts';
import { traceLine } from '../../simulator/world/trace.ts';

/** What a run came to: a digest of its whole trace, and how many calls stand in it, refused ones by themselves. */
export interface ShortCutRun {
  readonly digest: string;
  readonly calls: number;
  readonly refused: number;
}

const policyFile = 'simulator/scenarios/generated/policy.yml';

/** Plays one account, with every call through the whole SDK or only those that fail. */
async function play(walksEveryCall: boolean, fault: FaultName, seed: string): Promise<ShortCutRun> {
  const taskRoot = mkdtempSync(join(tmpdir(), 'lifeboat-short-cut-'));
  try {
    const stacks = await Promise.all(
      (await stacksOf(policyFile)).map(async (stack) => ({
        region: stack.region,
        template: (await compileTemplate({ ...stack, policyFile, outDir: taskRoot })) as Template,
      })),
    );
    const policy = JSON.parse(readFileSync(join(taskRoot, packagedPolicy), 'utf8')) as PolicyExcerpt;
    const hash = createHash('sha256');
    let calls = 0;
    let refused = 0;
    await playMonth({
      policy,
      stacks,
      taskRoot,
      sourceRoot: join(import.meta.dirname, '../..'),
      seed,
      days: 2,
      fault,
      walksEveryCall,
      listen: (entry) => {
        hash.update(traceLine(entry));
        if (entry.kind !== 'call') return;
        calls += 1;
        if (entry.error !== undefined) refused += 1;
      },
    });
    return { digest: hash.digest('hex'), calls, refused };
  } finally {
    rmSync(taskRoot, { recursive: true, force: true });
  }
}

process.stdout.write(
  JSON.stringify(await play(process.argv[2] === 'walk', process.argv[3] as FaultName, process.argv[4] ?? '1')),
);
