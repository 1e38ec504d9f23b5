// Drills two file systems at once, deploying again and again meanwhile, and prints what each drill measured.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordOf } from '../../../simulator/scenarios/evidence.ts';
import { onStage } from './stage.ts';

export interface PairResult {
  /** What each drill measured alone, and beside the other: the probe's whole answer, less when it was given. */
  readonly drills: readonly {
    readonly name: string;
    readonly alone: Measured;
    readonly beside: Measured;
  }[];
  /** The instants between which both ran, and those of the deployments. */
  readonly both: { readonly from: string; readonly to: string };
  readonly deployments: readonly string[];
}

interface Measured {
  readonly verdict: string | undefined;
  readonly files: number;
  readonly bytes: number;
  readonly digests: unknown;
  readonly probeVersion: string | undefined;
  readonly from: string;
  readonly to: string;
}

/** They differ in number, names and bytes of their files. */
const trees = { left: 30, right: 45 };
const resources = new Map<string, string>();
const records: { execution: string; content: Record<string, unknown> }[] = [];

let result: PairResult | undefined;
await onStage(
  {
    seed: 'a pair of drills',
    listen: (entry) => {
      const content = recordOf(entry)?.content as Record<string, unknown> | undefined;
      if (content?.workflow === 'drill') records.push({ execution: String(content.execution), content });
    },
    resources: async (home, directory) => {
      for (const [name, files] of Object.entries(trees)) {
        const tree = join(directory, name);
        mkdirSync(join(tree, name), { recursive: true });
        writeFileSync(join(tree, 'ledger.txt'), `the ledger of ${name}\n`.repeat(files));
        for (let n = 0; n < files; n += 1)
          writeFileSync(join(tree, name, `${name}-${n}.txt`), `${name} ${n}\n`.repeat(n + 1));
        const tags = { 'lifeboat:tier': 'table', 'lifeboat:checks': 'share' };
        resources.set(name, (await home.services.EFS.addFileSystem({ name, directory: tree, tags })).arn);
      }
    },
  },
  async (stage) => {
    await stage.protect([...resources.values()], 'both', 1);
    const started = (name: string, run: string) => {
      const resource = resources.get(name) ?? '';
      return stage.start(stage.copy, 'drill', `${run}-${name}`, { resource, point: stage.newest(resource).arn });
    };
    const recordOfRun = (execution: string) => records.find((one) => one.execution === execution)?.content;
    const ended = (executions: readonly string[]) => () =>
      executions.every((execution) => recordOfRun(execution) !== undefined);
    const measuredBy = (execution: string): Measured => {
      const content = recordOfRun(execution) ?? {};
      const { services } = stage.copy;
      const found = services.S3.contents(`lifeboat-evidence-${stage.account.id}-${stage.copy.name}`).find(
        ({ key }) => key === content.measures,
      );
      const { answer } = JSON.parse(Buffer.from(found?.body ?? '{}').toString('utf8')) as { answer: Measured };
      return {
        verdict: (content.verdict as { is?: string } | undefined)?.is,
        files: answer.files,
        bytes: answer.bytes,
        digests: answer.digests,
        probeVersion: (content.restored as { probeVersion?: string } | undefined)?.probeVersion,
        from: String(content.openedAt),
        to: String(content.endedAt),
      };
    };

    const alone = new Map<string, string>();
    for (const name of resources.keys()) {
      const execution = await started(name, 'alone');
      alone.set(name, execution);
      await stage.until(`the drill of ${name} has ended`, 4, ended([execution]));
    }
    const beside = new Map<string, string>();
    for (const name of resources.keys()) beside.set(name, await started(name, 'beside'));
    const deployments: string[] = [];
    // So often that some fall between pointing the probe at a file system and publishing it, and some while it reads.
    while (!ended([...beside.values()])() && deployments.length < 120) {
      await stage.run(20_000);
      deployments.push(new Date(stage.world.now()).toISOString());
      await stage.deployAgain();
    }
    await stage.until('both drills have ended', 6, ended([...beside.values()]));
    const drills = [...resources.keys()].map((name) => ({
      name,
      alone: measuredBy(alone.get(name) ?? ''),
      beside: measuredBy(beside.get(name) ?? ''),
    }));
    const from =
      drills
        .map((drill) => drill.beside.from)
        .sort()
        .at(-1) ?? '';
    const to = drills.map((drill) => drill.beside.to).sort()[0] ?? '';
    result = { drills, both: { from, to }, deployments };
  },
);
process.stdout.write(JSON.stringify(result));
