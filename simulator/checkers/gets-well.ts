import type { SimulatedAccount } from '../world/account.ts';
import { hadEffect } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import { resolveWithin } from './compare.ts';
import { livesOfPoints } from './lives.ts';
import type { Bound } from './no-missed-breach.ts';
import { pageOf } from './page.ts';
import { recordOf } from './record.ts';

/**
 * Invariant 8, it gets well: at the end of a run whose faults stopped long before, every objective holds, no page is
 * open, no scratch is there, and no attempt of the ledger is open that is older than the longest run.
 */
export function getsWell(bounds: readonly Bound[], longestRunMilliseconds: number): Checker {
  const invariant = '8 it gets well';
  const points = livesOfPoints();
  const open = new Map<string, number>();
  const over = new Set<string>();
  const proven = new Map<string, number>();
  const attempts = new Map<string, number>();
  const scratchSince = new Map<string, number>();

  const scratchIn = (account: SimulatedAccount): string[] =>
    account.regions.flatMap(({ name, services }) => [
      ...[...services.RDS.instances, ...services.RDS.clusters]
        .filter(({ identifier }) => identifier.startsWith('lifeboat-scratch-'))
        .map(({ identifier }) => `${name} ${identifier}`),
      ...services.EFS.fileSystems.filter(({ tags }) => tags.has('lifeboat:scratch')).map(({ id }) => `${name} ${id}`),
    ]);

  return {
    invariant,
    operations: ['Publish', 'PutObject', 'PutItem', 'DeleteItem'],
    see: (entry) => {
      points.see(entry);
      const page = pageOf(entry);
      if (page !== undefined) {
        const key = `${page.kind} of ${page.subject} in ${page.region}`;
        const episode = `${key} ${page.openedAt}`;
        if (page.phase === 'resolved') {
          open.delete(key);
          over.add(episode);
        } else if (!(page.unheard && over.has(episode))) {
          // One that was long on its way, and that nobody heard of, may come after the end of its episode.
          open.set(key, page.at);
        }
      }
      const record = recordOf(entry);
      if (record?.workflow === 'drill' && record.verdict === 'PASS' && record.instant !== undefined) {
        const key = `${record.region} ${record.resource}`;
        proven.set(key, Math.max(record.instant, proven.get(key) ?? 0));
      }
      if (entry.kind !== 'call' || !hadEffect(entry)) return;
      const { Item, Key } = entry.input as { Item?: Attributes; Key?: Attributes };
      if (Item?.pk?.S === 'ATTEMPTS') attempts.set(`${entry.region} ${Item.sk?.S}`, Date.parse(entry.at));
      if (Key?.pk?.S === 'ATTEMPTS') attempts.delete(`${entry.region} ${Key.sk?.S}`);
    },
    look: (account, now) => {
      points.look(account, now);
      const there = scratchIn(account);
      for (const one of scratchSince.keys()) if (!there.includes(one)) scratchSince.delete(one);
      for (const one of there) if (!scratchSince.has(one)) scratchSince.set(one, now);
    },
    conclude: (now) => {
      const violations: string[] = [];
      // What is well again since a moment is told within minutes: the run ends before.
      const justWell = new Set(
        [...points.lives.values()]
          .filter(({ usableFrom, goneAt }) => usableFrom > now - resolveWithin && goneAt === undefined)
          .flatMap(({ resource, region }) => [
            `rpo of ${resource} in ${region}`,
            `copy_rpo of ${resource} in ${region}`,
          ]),
      );
      for (const [key, at] of open)
        if (!justWell.has(key)) violations.push(`${key}: paged at ${iso(at)}, and still open`);
      for (const { resource, region, objective, boundSeconds, expected } of bounds) {
        if (expected?.until() !== undefined) continue;
        const newest =
          objective === 'proof'
            ? proven.get(`${region} ${resource}`)
            : Math.max(
                ...[...points.lives.values()]
                  .filter((life) => life.resource === resource && life.region === region && life.goneAt === undefined)
                  .map(({ dataInstant }) => dataInstant),
                Number.NEGATIVE_INFINITY,
              );
        if (newest === undefined || now - newest > boundSeconds * 1000)
          violations.push(`${objective} of ${resource} in ${region} does not hold at the end`);
      }
      for (const [one, at] of scratchSince) {
        if (now - at > longestRunMilliseconds) violations.push(`${one} is in scratch since ${iso(at)}`);
      }
      for (const [key, at] of attempts) {
        if (now - at > longestRunMilliseconds) violations.push(`${key} is an open attempt since ${iso(at)}`);
      }
      return {
        invariant,
        examined: { 'objectives at the end': bounds.length, 'attempts open': attempts.size },
        violations,
      };
    },
  };
}

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
