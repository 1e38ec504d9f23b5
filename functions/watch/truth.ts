import { recoveryPoints } from '../account/means/recovery-points.ts';
import type { Means, Newest } from '../account/means.ts';
import type { PointReader } from '../account/points.ts';
import { readArn } from '../account/resource.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { DeadlineRow } from '../ledger/deadline.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { messageOf, nameOf } from '../platform/errors.ts';
import { type MeansName, meansOf } from '../policy/means.ts';
import { proofs } from './proofs.ts';

/** What AWS says about an objective now. A call that failed is not an answer. */
export type Truth = ({ readonly known: true } & Newest) | { readonly known: false; readonly because: string };

/** Asks for the data instant that counts for one objective of one resource. */
export type Questions = (row: DeadlineRow, now: Date) => Promise<Newest>;

export interface QuestionParts {
  readonly points: PointReader;
  readonly ledger: Ledger;
  readonly evidence: Evidence;
  readonly part: 'home' | 'copy';
  /** The means besides recovery points and proofs; where one is missing, nobody may ask about it. */
  readonly others: Readonly<Partial<Record<Exclude<MeansName, 'recovery-points' | 'proofs'>, Means>>>;
}

export function questions(parts: QuestionParts): Questions {
  const means: Readonly<Partial<Record<MeansName, Means>>> = {
    ...parts.others,
    'recovery-points': recoveryPoints(parts.points),
    proofs: proofs(parts),
  };
  return async ({ resource, objective, boundSeconds }, now) => {
    const kind = readArn(resource)?.kind;
    const name = kind === undefined || objective === 'rto' ? null : meansOf(objective, kind, parts.part);
    const found = name === null ? undefined : means[name];
    if (found === undefined) throw new Error(`Nothing here tells how ${objective} of ${resource} stands.`);
    return found.newest(resource, now, boundSeconds);
  };
}

/** Asks, and turns whatever goes wrong into `cannot tell`. */
export async function truthOf(ask: Questions, row: DeadlineRow, now: Date): Promise<Truth> {
  try {
    return { known: true, ...(await ask(row, now)) };
  } catch (error) {
    return { known: false, because: `${nameOf(error)}: ${messageOf(error)}` };
  }
}
