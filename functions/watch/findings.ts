import * as z from 'zod/mini';
import type { AttemptContent, CheckAnswer, Verdict } from '../evidence/record.ts';

const verdict = z.enum(['PASS', 'FAIL', 'SUSPECT', 'NOT_TESTED']);

/** What a drill writes into its attempt's findings. Everything else there stays out of the evidence. */
const drillFindings = z.object({
  recoveryPoint: z.optional(z.string()),
  instant: z.optional(z.string()),
  restoreJob: z.optional(z.string()),
  verdict: z.optional(verdict),
  because: z._default(z.array(z.string()), []),
  checks: z._default(
    z.array(z.object({ name: z.string(), verdict, because: z._default(z.array(z.string()), []) })),
    [],
  ),
  timings: z._default(z.record(z.string(), z.number()), {}),
  scratch: z.optional(z.enum(['gone', 'not gone'])),
  scratchBecause: z.optional(z.array(z.string())),
  chosenBecause: z.optional(z.string()),
  checksBecause: z.optional(z.string()),
  restored: z.optional(z.record(z.string(), z.string())),
  measures: z.optional(z.string()),
  room: z.optional(
    z.object({
      of: z.string(),
      used: z.optional(z.number()),
      most: z.optional(z.number()),
      waitedSeconds: z.number(),
      waitsAtMostSeconds: z.number(),
    }),
  ),
  rtoSeconds: z.optional(z.nullable(z.number())),
  rtoBoundSeconds: z.optional(z.nullable(z.number())),
});

/** What `protect` answers when it ends well, or writes when it leaves the work to another run. */
const protectOutcome = z.object({
  outcome: z.enum(['PROTECTED', 'COALESCED']),
  because: z.optional(z.string()),
  backupJob: z.optional(z.string()),
  recoveryPoint: z.optional(z.string()),
  copies: z._default(
    z.array(z.object({ to: z.string(), job: z.optional(z.string()), recoveryPoint: z.optional(z.string()) })),
    [],
  ),
});

const step = z.object({ job: z.string(), state: z.optional(z.string()), of: z.optional(z.string()) });

const fleetCounts = z.looseObject({ workflow: z.string(), tiers: z.array(z.string()) });

/** What an attempt found, as far as a record tells it. */
export interface Found
  extends Pick<
    AttemptContent,
    | 'points'
    | 'jobs'
    | 'checks'
    | 'timings'
    | 'scratch'
    | 'scratchBecause'
    | 'chosenBecause'
    | 'checksBecause'
    | 'restored'
    | 'measures'
    | 'room'
    | 'rto'
  > {
  /** What the workflow itself came to; absent when it did not get so far. */
  readonly verdict?: Verdict;
}

type Raw = Readonly<Record<string, unknown>>;

/** Reads a drill's findings. Ones that cannot be read are a drill without a verdict, and say so. */
export function drillFound(findings: Raw): Found {
  const nothing: Found = { points: [], jobs: [], checks: [], timings: {} };
  if (findings.drill === undefined) return nothing;
  const read = z.safeParse(drillFindings, findings.drill);
  if (!read.success) {
    const field = read.error.issues[0]?.path.join('.') ?? '';
    return { ...nothing, verdict: { is: 'NOT_TESTED', because: [`the drill's findings cannot be read: ${field}`] } };
  }
  const { recoveryPoint, instant, restoreJob, checks, timings, because, verdict: said, ...more } = read.data;
  const { rtoSeconds, rtoBoundSeconds, ...told } = more;
  return {
    points:
      recoveryPoint === undefined
        ? []
        : [{ as: 'drilled', arn: recoveryPoint, ...(instant !== undefined && { instant }) }],
    jobs: restoreJob === undefined ? [] : [{ kind: 'restore', id: restoreJob }],
    checks,
    timings,
    ...present(told),
    ...(typeof rtoSeconds === 'number' && {
      rto: { seconds: rtoSeconds, ...(typeof rtoBoundSeconds === 'number' && { boundSeconds: rtoBoundSeconds }) },
    }),
    ...(said !== undefined && { verdict: { is: honest(said, checks), because } }),
  };
}

/** A recovery finds what a drill finds, of a point that it leaves running. Its verdict is that of its data. */
export function recoverFound(findings: Raw): Found {
  const found = drillFound(findings);
  return { ...found, points: found.points.map((point) => ({ ...point, as: 'recovered' as const })) };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** A PASS needs a check that ran and passed, and none that did not. */
function honest(said: z.infer<typeof verdict>, checks: readonly CheckAnswer[]): z.infer<typeof verdict> {
  if (said !== 'PASS') return said;
  return checks.some((check) => check.verdict === 'PASS') ? 'PASS' : 'NOT_TESTED';
}

/** Reads what a protect found on its way, and what it answered at its end. */
export function protectFound(findings: Raw, output: Raw): Found {
  const points: AttemptContent['points'][number][] = [];
  const jobs: AttemptContent['jobs'][number][] = [];
  for (const [name, value] of Object.entries(findings)) {
    const [, to] = /^copy to (.+)$/.exec(name) ?? [];
    const read = z.safeParse(step, value);
    if (!read.success || (name !== 'backup' && to === undefined)) continue;
    const { job, state } = read.data;
    const kind = to === undefined ? ('backup' as const) : ('copy' as const);
    jobs.push({ kind, id: job, ...(to !== undefined && { to }), ...(state !== undefined && { state }) });
  }
  const read = z.safeParse(protectOutcome, output.protect ?? findings.protect);
  if (!read.success) return { points, jobs, checks: [], timings: {} };
  const { outcome, because, recoveryPoint, backupJob, copies } = read.data;
  if (recoveryPoint !== undefined) points.push({ as: 'backup', arn: recoveryPoint });
  for (const copy of copies) {
    if (copy.recoveryPoint !== undefined) points.push({ as: 'copy', arn: copy.recoveryPoint, to: copy.to });
  }
  const ended = new Map(jobs.map((job) => [job.id, job]));
  if (backupJob !== undefined) ended.set(backupJob, { kind: 'backup', id: backupJob, state: 'done' });
  for (const { to, job } of copies) if (job !== undefined) ended.set(job, { kind: 'copy', id: job, to, state: 'done' });
  const words =
    because ?? `backed up, and copied to ${copies.map(({ to }) => to).join(', ') || 'nowhere: no copy is asked for'}`;
  return { points, jobs: [...ended.values()], checks: [], timings: {}, verdict: { is: outcome, because: [words] } };
}

/** Reads a fleet's counts into one sentence. */
export function fleetFound(findings: Raw): Found {
  const read = z.safeParse(fleetCounts, findings.fleet);
  const nothing = { points: [], jobs: [], checks: [], timings: {} };
  if (!read.success) return nothing;
  const { workflow, tiers, ...counts } = read.data;
  const numbers = Object.entries(counts)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    .map(([name, count]) => `${name} ${count}`);
  return {
    ...nothing,
    verdict: { is: 'DONE', because: [`${workflow} of ${tiers.join(', ')}: ${numbers.join(', ')}`] },
  };
}
