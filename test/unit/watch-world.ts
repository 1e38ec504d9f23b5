import type { Here } from '../../functions/account/here.ts';
import type { TaggedResource } from '../../functions/account/tagged.ts';
import type { Alert } from '../../functions/alert/alert.ts';
import { subjectOf } from '../../functions/alert/shapes.ts';
import { episodes } from '../../functions/episodes/episodes.ts';
import { evidence } from '../../functions/evidence/evidence.ts';
import type { Objects } from '../../functions/evidence/objects.ts';
import type { EvidenceRecord } from '../../functions/evidence/record.ts';
import { type Policy, policyVersion, type Tier } from '../../functions/policy/policy.ts';
import type { Told } from '../../functions/watch/ended.ts';
import { watchRound } from '../../functions/watch/round.ts';
import { type Questions, questions } from '../../functions/watch/truth.ts';
import { type LedgerInMemory, ledgerInMemory } from './ledger-in-memory.ts';

export const account = '111122223333';
export const home = 'eu-central-1';
export const copyRegion = 'eu-west-1';
export const orders = `arn:aws:rds:${home}:${account}:db:orders`;
export const mail = `arn:aws:elasticfilesystem:${home}:${account}:file-system/fs-0123456789abcdef0`;

const hours = 3_600;

export const gold: Tier = {
  kinds: ['efs', 'rds', 'aurora'],
  mayBeEmpty: false,
  backup: { everySeconds: 6 * hours, keepDays: 14, coldAfterDays: null },
  copies: [{ to: { region: copyRegion, account: null }, keepDays: 35, coldAfterDays: null }],
  drill: { everySeconds: 24 * hours, from: { region: copyRegion, account: null } },
  objectives: { rpo: 9 * hours, copy_rpo: 12 * hours, proof: 48 * hours, rto: 4 * hours },
};

export function policyOf(tiers: Record<string, Tier> = { gold }): Policy {
  return {
    version: policyVersion,
    file: 'policy.yml',
    home,
    alerts: { page: [{ via: 'email', to: 'oncall@example.com' }], notices: [], escalateAfterSeconds: 1_800 },
    tiers,
    checks: {},
    defaulted: [],
  };
}

/** An object store that keeps its promises: keys in order, a key is written once. */
export function objectsInMemory(): Objects & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    keys: async (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)).sort(),
    read: async (key) => {
      const body = kept.get(key);
      if (body === undefined) throw new Error(`NoSuchKey: ${key}`);
      return body;
    },
    create: async (key, body) => {
      if (kept.has(key)) return false;
      kept.set(key, body);
      return true;
    },
  };
}

/** One Region with a clock that tests move, AWS whose answers tests give, and a post box in place of SNS. */
export function regionAt(instant: string, part: Here['part'] = 'home') {
  let now = Date.parse(instant);
  const clock = { now: () => new Date(now) };
  const region = part === 'home' ? home : copyRegion;
  const here: Here = { partition: 'aws', account, region, home, part };
  const ledger: LedgerInMemory = ledgerInMemory();
  const objects = objectsInMemory();
  const sent: Alert[] = [];
  const logged: string[] = [];
  const aws = {
    /** The data instants of the usable points in the vault here, by resource. An error is thrown. */
    points: new Map<string, string[] | Error>(),
    executions: new Map<string, Told>(),
    tagged: [] as TaggedResource[] | Error,
    refusesPages: false,
    asked: 0,
  };
  const log = {
    info: () => {},
    warn: (words: string) => logged.push(words),
    error: (words: string) => logged.push(words),
  };
  const records = evidence({ objects, clock, here });
  const publish = async (alert: Alert) => {
    if (aws.refusesPages) throw new Error('SNS is not to be reached');
    sent.push(structuredClone(alert));
  };
  const told = episodes({ ledger, publish, evidence: records, clock, here, log });
  const asks: Questions = questions({
    ledger,
    evidence: records,
    points: {
      of: async (resource) => {
        aws.asked += 1;
        const found = aws.points.get(resource) ?? [];
        if (found instanceof Error) throw found;
        return [...found]
          .sort()
          .reverse()
          .map((at) => ({
            arn: `point of ${at}`,
            resource,
            kind: 'rds' as const,
            vault: 'lifeboat',
            createdAt: at,
            instant: at,
            usability: { usable: true, because: 'AWS Backup says COMPLETED' },
          }));
      },
    },
  });
  const parts = { ledger, episodes: told, questions: asks, clock, log };
  const wait = (minutes: number) => {
    now += minutes * 60_000;
  };
  return {
    ...parts,
    parts,
    here,
    aws,
    objects,
    evidence: records,
    sent,
    logged,
    now: () => new Date(now).toISOString(),
    at: (hoursAgo: number) => new Date(now - hoursAgo * 3_600_000).toISOString(),
    wait,
    /** The watch, every minute for so long. */
    watchFor: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        wait(1);
        await watchRound(parts, () => 60_000).catch((error: unknown) => logged.push(String(error)));
      }
    },
    /** The subjects of the messages that were sent, in order. */
    subjects: () => sent.map(subjectOf),
    records: (): EvidenceRecord[] =>
      [...objects.kept.entries()]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, body]) => JSON.parse(body) as EvidenceRecord),
  };
}
