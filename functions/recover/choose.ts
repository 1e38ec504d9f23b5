import * as z from 'zod/mini';
import { type Here, hereOf } from '../account/here.ts';
import { pointReader } from '../account/points.ts';
import { readArn } from '../account/resource.ts';
import { machineLink } from '../alert/console.ts';
import { addFindings, openAttempt } from '../jobs/attempt.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { instant, run } from '../platform/door.ts';
import { lambda, work } from '../platform/lambda.ts';
import { loadPolicy } from '../policy/load.ts';
import { nearest } from '../policy/nearest.ts';
import type { Policy } from '../policy/policy.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { drillIdOf } from '../scratch/birth.ts';
import { alternativesTo, chooseWay, type Known } from './choice.ts';
import { doubtOf } from './doubt.ts';
import { calledBy, type Listing, listOf } from './listing.ts';
import { lookOf } from './look.ts';
import { defaultName, mustBeAName } from './name.ts';
import { mustFit, networkFor } from './network.ts';
import type { Recovery } from './plan.ts';
import { otherRegions, proofReader } from './proofs.ts';
import { Refused } from './refusal.ts';
import { readWish, type Wish } from './wish.ts';

/** After this long the sweep takes what a check left behind, whatever the execution does. The machine's own limit. */
const recoverySeconds = 24 * 3600;

interface Refusal {
  readonly is: 'refused';
  readonly error: string;
  readonly because: string;
}

/**
 * The first step of a recovery: what, from what, under which name and where to. It creates nothing. What would fail or
 * surprise is refused here, with the reason; an empty input is answered with what could be recovered.
 */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const points = pointReader(seam);
  const policy = loadPolicy(seam);
  const here = hereOf(seam);
  const look = lookOf(seam);
  const proofs = proofReader(seam, here, policy);

  const knownOf = async ({ resource, tier }: ResourceRow, now: Date): Promise<Known> => {
    const [found, window, proven, doubt] = await Promise.all([
      points.of(resource),
      look.window(resource),
      proofs(resource, tier),
      doubtOf(ledger, resource),
    ]);
    return { points: found, window, proofs: proven, doubt, now };
  };

  const choose = async (wish: Wish, row: ResourceRow, run: Run): Promise<Recovery> => {
    const now = seam.clock.now();
    const { resource, kind, tier } = row;
    if (wish.paths !== undefined && kind !== 'efs') {
      throw new Refused(
        'InputRejected',
        'paths: only file systems are recovered by path; a database comes back whole.',
      );
    }
    const name = wish.name ?? defaultName(calledBy(row), run.startedAt);
    mustBeAName(kind, name);
    const known = await knownOf(row, now);
    const way = chooseWay(known, wish.which);
    const original = await look.originalNetwork(resource);
    const network = networkFor({
      kind,
      region: here.region,
      wished: wish.network,
      original,
      policy: policy.recovery?.[here.region],
    });
    mustFit(await look.network(kind, network));
    const holder = await look.holderOf(kind, name);
    if (holder !== undefined) {
      throw new Refused('NameTaken', `name: ${holder} of this Region has the name ${name}. Give another one.`);
    }
    const trouble = await look.keyTrouble(way.by === 'point' ? way : { resource });
    if (trouble !== undefined) {
      throw new Refused('KeyNotUsable', `It cannot be restored: ${trouble}. Enable the key, or cancel its deletion.`);
    }
    const elsewhere = otherRegions(policy, tier, here);
    return {
      is: 'a recovery',
      id: drillIdOf(run.attempt),
      execution: nameOfExecution(run.execution),
      redriveCount: run.redriveCount,
      startedAt: run.startedAt,
      goneBy: new Date(now.getTime() + recoverySeconds * 1000).toISOString(),
      resource,
      kind,
      tier,
      checks: row.checks ?? null,
      region: here.region,
      name,
      way: { ...way },
      network: { ...network, securityGroups: [...network.securityGroups], subnets: [...network.subnets] },
      paths: wish.paths === undefined ? null : [...wish.paths],
      settings: settingsOf(policy, tier),
      alternatives: alternativesTo(known, way, { resource: calledBy(row), elsewhere }).map((one) => ({
        ...one,
        input: { ...one.input },
      })),
    };
  };

  return work(
    z.object({
      ...run,
      startedAt: instant,
      input: z.record(z.string(), z.unknown()),
    }),
    async ({ execution, redriveCount, startedAt, input }): Promise<Recovery | Listing | Refusal> => {
      const now = seam.clock.now();
      const { attempt } = await openAttempt(ledger, { execution, redriveCount }, 'recover', now);
      const roster = await ledger.list<ResourceRow>(rosterPartition);
      try {
        const wish = readWish(input);
        if (wish === undefined) {
          const listing = await listOf(roster, here, policy, (row) => knownOf(row, now));
          await addFindings(ledger, attempt, { findings: { recover: { listed: listing.count } } });
          return listing;
        }
        mustBeHere(wish, input, here);
        const row = named(wish.resource, roster);
        const { resource, kind, tier } = row;
        await addFindings(ledger, attempt, { resource, kind, tier });
        const chosen = await choose(wish, row, { execution, redriveCount, startedAt, attempt });
        const { id: drill, way } = chosen;
        await addDrillFindings(ledger, attempt, {
          drill,
          ...(way.by === 'point' && { recoveryPoint: way.recoveryPoint }),
          instant: way.instant,
          chosenBecause: way.because,
          restored: { name: chosen.name },
        });
        return chosen;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        await addFindings(ledger, attempt, { findings: { recover: { refused: error.refusal } } });
        return { is: 'refused', error: error.refusal, because: error.message };
      }
    },
  );
});

interface Run {
  readonly execution: string;
  readonly redriveCount: number;
  readonly startedAt: string;
  readonly attempt: string;
}

/** A recovery runs where its data is: this stack reads no other Region's vault, which may be gone. */
function mustBeHere({ location }: Wish, input: Readonly<Record<string, unknown>>, here: Here): void {
  if (location === undefined || location === here.region) return;
  const { location: _, ...rest } = input;
  throw new Refused(
    'WrongLocation',
    /^[a-z]{2}(-[a-z]+)+-\d$/.test(location)
      ? `location: this is ${here.region}. Start lifeboat-recover in ${location}, at ${machineLink({ ...here, region: location }, 'recover')}, with the input ${JSON.stringify(rest)}.`
      : `location: '${location}' is not an AWS Region.`,
  );
}

/** A resource by its ARN, its id or its name. */
function named(wished: string, roster: readonly ResourceRow[]): ResourceRow {
  const exact = roster.find(({ resource }) => resource === wished);
  if (exact !== undefined) return exact;
  const fitting = roster.filter((row) => [row.name, calledBy(row), readArn(row.resource)?.id].includes(wished));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  if (only !== undefined) {
    const arns = fitting.map(({ resource }) => resource).join(', ');
    throw new Refused(
      'UnknownResource',
      `resource: '${wished}' names ${fitting.length} resources. Give one by its ARN: ${arns}.`,
    );
  }
  const names = roster.map(calledBy).sort();
  const meant = nearest(wished, names);
  throw new Refused(
    'UnknownResource',
    `resource: '${wished}' is not on this Region's roster. ` +
      (meant === undefined ? '' : `Did you mean ${meant}? `) +
      (names.length === 0
        ? 'The roster is empty.'
        : `Known are ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}.`),
  );
}

/** What the policy says of restoring databases of the tier. A tier that it no longer has says nothing. */
function settingsOf(policy: Policy, tier: string): Recovery['settings'] {
  const settings = Object.hasOwn(policy.tiers, tier) ? policy.tiers[tier]?.drill?.restore : undefined;
  // A class that is good enough for a drill is not one to run production on: the source's is taken over instead.
  return {
    instanceClass: null,
    parameterGroup: settings?.parameterGroup ?? null,
    optionGroup: settings?.optionGroup ?? null,
  };
}

function nameOfExecution(execution: string): string {
  return execution.split(':').at(-1) ?? execution;
}
