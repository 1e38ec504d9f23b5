import { hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';
import { recordOf } from './record.ts';

const ids: Readonly<Record<string, readonly [id: string, state: string]>> = {
  DescribeBackupJob: ['BackupJobId', 'State'],
  DescribeCopyJob: ['CopyJobId', 'State'],
  DescribeRestoreJob: ['RestoreJobId', 'Status'],
};

/**
 * A run ends as its jobs did: a protect that says PROTECTED, and a drill that passed, have asked AWS Backup and heard COMPLETED
 * of every job that they name; a protect that failed names a reason. A fleet that is done could start everything. A round of
 * the watch that failed does not beat.
 */
export function honestEndings(leave: Leave = {}): Checker {
  const invariant = '6 never silently green: endings are those of the jobs';
  const violations: string[] = [];
  /** The last that AWS Backup said of a job, to whoever asked. */
  const states = new Map<string, string>();
  const lost = new Set<string>();
  /** When somebody last took the tag off a resource or retired it, milliseconds since 1970: nothing is backed up without. */
  const untagged = new Map<string, number>();
  /** The points that somebody deleted: what was to be copied may be gone before its copy begins. */
  const deleted: string[] = [];
  const beats = new Map<string, Set<number>>();
  const deaf = new Map<string, Set<number>>();
  const examined = { 'runs that ended well': 0, 'jobs of theirs': 0, fleets: 0, beats: 0 };

  return {
    invariant,
    operations: [...Object.keys(ids), 'PutObject', 'PutMetricData'],
    see: (entry: TraceEntry) => {
      if (entry.kind === 'world') {
        const { what, at } = entry;
        const { resource, point } = entry.detail as { readonly resource: string; readonly point: string };
        if (what === 'took the tag away' || what === 'retired') untagged.set(resource, Date.parse(at));
        if (what === 'somebody deleted a point') deleted.push(point);
      }
      if (entry.kind !== 'call') return;
      const asked = ids[entry.operation];
      if (asked !== undefined && hadEffect(entry)) {
        const [member, state] = asked;
        const output = (entry.output ?? {}) as Record<string, unknown>;
        const told = (output.CopyJob ?? output) as Record<string, string>;
        const id = (entry.input as Record<string, string>)[member] ?? '';
        states.set(id, told[state] ?? '');
        if (told[state] === 'FAILED' || told[state] === 'EXPIRED' || told[state] === 'PARTIAL') lost.add(id);
      }
      if (entry.operation === 'PutMetricData' && hadEffect(entry) && /-watch$/.test(entry.caller.name)) {
        const minutes = beats.get(entry.caller.region) ?? new Set<number>();
        minutes.add(Math.floor(Date.parse(entry.at) / 60_000));
        beats.set(entry.caller.region, minutes);
        examined.beats += 1;
      }
      const record = recordOf(entry);
      if (record === undefined) return;
      const { execution, workflow, resource, verdict, outcome, because, jobs, openedAt } = record;
      if (verdict === 'PROTECTED' || (workflow === 'drill' && verdict === 'PASS')) {
        examined['runs that ended well'] += 1;
        for (const id of jobs) {
          examined['jobs of theirs'] += 1;
          const said = states.get(id) ?? 'nothing: it was never asked';
          // One that failed and was tried again is named beside the one that took its place.
          if (said !== 'COMPLETED' && !(lost.has(id) && jobs.length > 2))
            violations.push(`${execution} ended as ${verdict}, and AWS Backup said of its job ${id}: ${said}`);
        }
      }
      if (workflow === 'protect' && (outcome === 'FAILED' || outcome === 'TIMED_OUT')) {
        const words = because.join('; ');
        const isExplained =
          jobs.some((id) => lost.has(id)) ||
          deleted.some((point) => words.includes(point)) ||
          (untagged.get(resource) ?? 0) >= openedAt ||
          leave.mayFail?.(record, Date.parse(entry.at), openedAt) === true;
        if (!isExplained) violations.push(`${execution} failed, and no job of it had: ${words.slice(0, 300)}`);
      }
      if (workflow === 'fleet') {
        examined.fleets += 1;
        if (verdict === 'DONE' && because.some((words) => /\bfailed [1-9]/.test(words)))
          violations.push(`${execution} is done, and could not start everything: ${because.join('; ')}`);
      }
    },
    look: (account, now) => {
      for (const { name, services } of account.regions) {
        const minutes = deaf.get(name) ?? new Set<number>();
        deaf.set(name, minutes);
        for (let minute = Math.floor(now / 60_000) - 60; minute < Math.floor(now / 60_000); minute += 1) {
          const { sum = 0, count = 0 } =
            services.Lambda.errors('lifeboat-watch', minute * 60_000, (minute + 1) * 60_000) ?? {};
          if (count > 0 && sum === count && beats.get(name)?.has(minute) === true) minutes.add(minute);
        }
      }
    },
    conclude: () => {
      for (const [region, minutes] of deaf) {
        // A round that was killed after its beat is one such minute; a round that beats whatever comes is many.
        if (minutes.size >= 3)
          violations.push(`${region}: in ${minutes.size} minutes every round of the watch failed, and it beat`);
      }
      return { invariant, examined, violations };
    },
  };
}
