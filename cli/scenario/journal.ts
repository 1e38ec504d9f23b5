import { createHash } from 'node:crypto';
import { rowsDigest } from '../../simulator/data/index.ts';
import type { ResourceSpec } from '../../simulator/scenarios/account-file.ts';
import type { Scene } from '../../simulator/scenarios/run.ts';

/** What a resource held after a write of its application. Equal data has equal digests, wherever it lies. */
export interface Entry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly digest: string;
}

/**
 * The application's own account of its data: a digest of everything after each write, at home, from some instant on. It
 * asks nothing of Lifeboat, and is what a recovery is held against.
 */
export interface Journal {
  /** To be told of each write, and once of each resource as it stands. */
  note(scene: Scene, spec: ResourceSpec): Promise<void>;
  /** The entries of a resource, the oldest first. */
  of(name: string): readonly Entry[];
}

/** @param from from when on to write it, milliseconds since 1970: digests take their time */
export function journalFrom(from: () => number): Journal {
  const entries = new Map<string, Entry[]>();
  return {
    note: async (scene, spec) => {
      if (scene.world.now() < from()) return;
      const digest = await liveDigest(scene, spec);
      const known = entries.get(spec.name) ?? [];
      known.push({ at: scene.world.now(), digest });
      entries.set(spec.name, known);
    },
    of: (name) => entries.get(name) ?? [],
  };
}

/** What stands behind a resource at home now, whoever can reach it. */
async function liveDigest({ account, resources }: Scene, spec: ResourceSpec): Promise<string> {
  const [arn = ''] = [...resources].find(([, one]) => one === spec) ?? [];
  const home = account.region(arn.split(':')[3] ?? '');
  if (spec.kind === 'efs') {
    return digestOf((await account.data.files.digest(arn.split('/').at(-1) ?? '')).byPath);
  }
  const { dataName = '' } = home.services.RDS.writer(spec.name) ?? {};
  return digestOf(await rowsDigest((sql) => account.data.databases.query(dataName, sql)));
}

/** One digest for the digests of many tables or files. */
export function digestOf(parts: Readonly<Record<string, unknown>>): string {
  const sorted = Object.keys(parts)
    .sort()
    .map((key) => [key, parts[key]]);
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
