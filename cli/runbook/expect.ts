import { inWords } from '../../functions/policy/duration.ts';
import { type Age, copyAge, homeAge, proofAge } from '../../functions/policy/feasible.ts';
import { placeName } from '../../functions/policy/place.ts';
import type { Copy, Objective } from '../../functions/policy/policy.ts';
import type { Context, Replica, Resource } from './context.ts';
import { drillsOf, measuredRto } from './measured.ts';

/** What one way back loses and takes, for one resource. Seconds are upper bounds; null where nothing bounds them. */
export interface Expectation {
  readonly resource: string;
  readonly way: string;
  readonly where: string;
  readonly losesAtMostSeconds: number | null;
  readonly loses: string;
  readonly takesAtMostSeconds: number | null;
  readonly takes: string;
  /** Whether the time was measured in drills, rather than promised by the policy or by AWS. */
  readonly measured: boolean;
}

type Loss = Pick<Expectation, 'losesAtMostSeconds' | 'loses'>;
type Time = Pick<Expectation, 'takesAtMostSeconds' | 'takes' | 'measured'>;

/** Lifeboat recovers the newest recovery point at home. */
export function fromNewestPoint(context: Context, resource: Resource): Expectation {
  const loss = bounded(resource, 'rpo', homeAge(resource.tier));
  return row(context, resource, 'recover the newest recovery point', context.policy.home, loss);
}

/** Lifeboat recovers the newest copy in a Region. */
export function fromNewestCopy(context: Context, resource: Resource, copy: Copy): Expectation {
  const loss = bounded(resource, 'copy_rpo', copyAge(resource.tier));
  const where = placeName(copy.to);
  return { ...row(context, resource, 'recover the newest copy', copy.to.region, loss), where };
}

/** Somebody restores a copy in another account, where Lifeboat neither watches nor drills. */
export function fromCopyElsewhere({ name, tier }: Resource, { to }: Copy): Expectation {
  const reached = copyAge(tier);
  return {
    resource: name,
    way: 'restore the newest copy there by AWS Backup itself',
    where: placeName(to),
    losesAtMostSeconds: null,
    loses:
      reached === null
        ? 'not known: nothing watches the copies there'
        : `${inWords(reached.seconds)} while all is well; nothing watches the copies there`,
    takesAtMostSeconds: null,
    takes: 'not known: no drill runs there',
    measured: false,
  };
}

/** Lifeboat recovers the newest point that passed a drill, which it does when nothing is said. */
export function fromProven(context: Context, resource: Resource): Expectation | undefined {
  const { drill } = resource.tier;
  if (drill === null) return undefined;
  const region = drill.from === 'home' ? context.policy.home : drill.from.region;
  const loss = bounded(resource, 'proof', proofAge(resource.tier));
  const where = drill.from === 'home' ? region : placeName(drill.from);
  return { ...row(context, resource, 'recover the newest proven point', region, loss), where };
}

/** Lifeboat restores a database to the second, where the engine keeps its logs: at home, or where RDS replicates them. */
export function fromWindow(
  context: Context,
  resource: Resource,
  region = context.policy.home,
): Expectation | undefined {
  if (resource.kind === 'efs') return undefined;
  const seconds = resource.tier.objectives.pitr_rpo;
  const loss: Loss =
    seconds === undefined
      ? {
          losesAtMostSeconds: null,
          loses: 'about 5 minutes, if automated backups are on: the policy does not watch it',
        }
      : { losesAtMostSeconds: seconds, loses: `at most ${inWords(seconds)} (pitr_rpo)` };
  return row(context, resource, 'restore to the second', region, loss);
}

/** Somebody promotes a replica. It holds what was last replicated, mistakes included. */
export function fromReplica(resource: Resource, { region, id }: Replica): Expectation {
  const seconds = resource.tier.objectives.replica_rpo;
  return {
    resource: resource.name,
    way: `promote the replica ${id}`,
    where: region,
    losesAtMostSeconds: seconds ?? null,
    loses:
      seconds === undefined
        ? 'what was not replicated yet; no objective bounds it'
        : `at most ${inWords(seconds)} (replica_rpo)`,
    takesAtMostSeconds: null,
    takes: 'some minutes and a restart; no drill measures it',
    measured: false,
  };
}

/** AWS does it without anybody. */
export function byItself(
  resource: Resource,
  region: string,
  way: string,
  takes: string,
  atMost: number | null,
): Expectation {
  return {
    resource: resource.name,
    way,
    where: region,
    losesAtMostSeconds: 0,
    loses: 'nothing that was committed',
    takesAtMostSeconds: atMost,
    takes: `${takes} (AWS says so; no drill measures it)`,
    measured: false,
  };
}

/** There is no way. */
export function noWay(resource: Resource, because: string): Expectation {
  return {
    resource: resource.name,
    way: '**none**',
    where: '–',
    losesAtMostSeconds: null,
    loses: `**everything**: ${because}`,
    takesAtMostSeconds: null,
    takes: '–',
    measured: false,
  };
}

function row(context: Context, resource: Resource, way: string, region: string, loss: Loss): Expectation {
  return { resource: resource.name, way, where: region, ...loss, ...timeOf(context, resource, region) };
}

function bounded({ tier }: Resource, objective: Objective, reached: Age | null): Loss {
  const seconds = tier.objectives[objective];
  if (seconds !== undefined)
    return { losesAtMostSeconds: seconds, loses: `at most ${inWords(seconds)} (${objective})` };
  if (reached === null) return { losesAtMostSeconds: null, loses: 'not known: no objective bounds it' };
  return {
    losesAtMostSeconds: reached.seconds,
    loses: `up to ${inWords(reached.seconds)} while all is well; no objective bounds it`,
  };
}

/** Measured where there is evidence, else what the policy allows, and said as such. */
function timeOf(context: Context, resource: Resource, region: string): Time {
  const bound = resource.tier.objectives.rto;
  const measured = measuredRto(drillsOf(context.drilled, resource), region);
  if (measured !== undefined) {
    const { latestSeconds, slowestSeconds, drills, latestAt } = measured;
    const where = measured.region === region ? '' : ` in ${measured.region}`;
    const allowed = bound === undefined ? '' : `; the rto is ${inWords(bound)}`;
    const slowest = drills === 1 ? 'the only one' : `the slowest of ${drills} took ${roughly(slowestSeconds)}`;
    const takes = `${roughly(latestSeconds)} in the last drill${where}, ${latestAt.slice(0, 10)}; ${slowest}${allowed}`;
    return { takesAtMostSeconds: slowestSeconds, takes, measured: true };
  }
  if (bound === undefined) {
    return {
      takesAtMostSeconds: null,
      takes: 'not known: never measured, and the policy sets no rto',
      measured: false,
    };
  }
  return { takesAtMostSeconds: bound, takes: `at most ${inWords(bound)} (rto; not measured)`, measured: false };
}

/** A time for people, in whole minutes and never zero. */
export function roughly(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return inWords(minutes * 60);
}

/** What somebody has to know who reads times that nobody measured. */
export function unmeasuredWords({ evidence }: Context, rows: readonly Expectation[]): string[] {
  const unmeasured = [
    ...new Set(rows.filter(({ takes }) => takes.includes('not measured')).map(({ resource }) => resource)),
  ];
  if (unmeasured.length === 0) return [];
  return [
    evidence
      ? `No drill in the evidence measured ${unmeasured.join(', ')}: the time is what the policy promises, and not what was seen.`
      : 'Times with “rto” are what the policy promises. Print this page with `--evidence DIR` (or the name of the evidence bucket) for the times that drills measured.',
  ];
}
