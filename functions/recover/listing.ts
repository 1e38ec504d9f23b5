import type { Here } from '../account/here.ts';
import type { ResourceRow } from '../ledger/resource.ts';
import { inWords } from '../policy/duration.ts';
import type { Policy } from '../policy/policy.ts';
import { type Alternative, alternativesTo, chooseWay, type Known } from './choice.ts';
import { otherRegions } from './proofs.ts';
import { Refused } from './refusal.ts';

/** What could be recovered in this Region, and what each way would lose. */
export interface Listing {
  readonly is: 'a list';
  readonly region: string;
  readonly asOf: string;
  readonly count: number;
  /** Absent when all are told. */
  readonly note?: string;
  readonly resources: readonly Listed[];
}

export interface Listed {
  readonly resource: string;
  readonly name: string;
  readonly kind: string;
  /** What `{"resource": name}` alone would do, or why it would be refused. */
  readonly would:
    | {
        readonly input: Readonly<Record<string, string>>;
        readonly dataInstant: string;
        readonly proven: boolean;
        readonly because: string;
        readonly loses: string;
      }
    | { readonly refused: string };
  readonly alternatives: readonly Alternative[];
}

/** A state's output holds 256 KiB. */
const mostListed = 60;

export async function listOf(
  roster: readonly ResourceRow[],
  here: Here,
  policy: Policy,
  knownOf: (row: ResourceRow) => Promise<Known>,
): Promise<Listing> {
  const resources: Listed[] = [];
  let asOf = '';
  for (const row of roster.slice(0, mostListed)) {
    const known = await knownOf(row);
    asOf = known.now.toISOString();
    resources.push(listed(row, known, otherRegions(policy, row.tier, here)));
  }
  return {
    is: 'a list',
    region: here.region,
    asOf,
    count: roster.length,
    ...(roster.length > mostListed && {
      note: `Only ${mostListed} of ${roster.length} resources are told here. Name another one as {"resource": …}.`,
    }),
    resources,
  };
}

/** What a person calls it: the roster adds its id to the name of a file system. */
export function calledBy({ name }: Pick<ResourceRow, 'name'>): string {
  return name.replace(/ \(fs-[0-9a-f]+\)$/, '');
}

function listed(row: ResourceRow, known: Known, elsewhere: readonly string[]): Listed {
  const { resource, kind } = row;
  const name = calledBy(row);
  try {
    const way = chooseWay(known, { is: 'newest proven' });
    return {
      resource,
      name,
      kind,
      would: {
        input: { resource: name },
        dataInstant: way.instant,
        proven: way.proven !== null,
        because: way.because,
        loses: losesOf(way.instant, known.now),
      },
      alternatives: alternativesTo(known, way, { resource: name, elsewhere }),
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const none = { instant: '', recoveryPoint: '' };
    return {
      resource,
      name,
      kind,
      would: { refused: error.message },
      alternatives: alternativesTo(known, none, { resource: name, elsewhere }),
    };
  }
}

/** What is lost, in one sentence. */
export function losesOf(instant: string, at: Date): string {
  const seconds = Math.max(0, Math.round((at.getTime() - Date.parse(instant)) / 1000));
  return `What was written after ${instant} is not in it: ${inWords(seconds)} before ${at.toISOString()}.`;
}
