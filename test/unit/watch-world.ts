import type { Here } from '../../functions/account/here.ts';
import type { Newest } from '../../functions/account/means.ts';
import type { TaggedResource } from '../../functions/account/tagged.ts';
import type { Alert } from '../../functions/alert/alert.ts';
import { subjectOf } from '../../functions/alert/shapes.ts';
import { episodes } from '../../functions/episodes/episodes.ts';
import { evidence } from '../../functions/evidence/evidence.ts';
import type { Objects } from '../../functions/evidence/objects.ts';
import type { EvidenceRecord } from '../../functions/evidence/record.ts';
import { checkKey, checkNames } from '../../functions/ledger/pipeline.ts';
import { type Policy, policyVersion, type Tier } from '../../functions/policy/policy.ts';
import { askChecks, type Checked, type Checks } from '../../functions/watch/check-look.ts';
import type { Told } from '../../functions/watch/ended.ts';
import { watchRound } from '../../functions/watch/round.ts';
import { type QuestionParts, questions } from '../../functions/watch/truth.ts';
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
    /** What is none of our databases though its ARN looks like one, in words. */
    others: new Map() as ReadonlyMap<string, string> | Error,
    /** What the other means answer, by `<means> of <resource>`. An error is thrown. */
    means: new Map<string, Newest | Error>(),
    /** What the checks of the pipeline find, by their names. All is well where nothing is said. */
    checks: new Map<string, ((before: Readonly<Record<string, string>> | undefined) => Checked) | Error>(),
    refusesPages: false,
    /** How often AWS was asked about an objective, and about the pipeline. */
    asked: 0,
    checked: 0,
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
    return [{ channel: 'people' as const, region, at: clock.now().toISOString(), messageId: `message ${sent.length}` }];
  };
  const told = episodes({ ledger, publish, evidence: records, clock, here, log, escalateAfterSeconds: 1_800 });
  const answered = (means: string, resource: string): Newest => {
    aws.asked += 1;
    const found = aws.means.get(`${means} of ${resource}`);
    if (found instanceof Error) throw found;
    return found ?? { instant: undefined };
  };
  const asking: QuestionParts = {
    ledger,
    evidence: records,
    part,
    others: Object.fromEntries(
      ['instance-window', 'cluster-window', 'replicated-backups', 'read-replica', 'file-replication'].map((means) => [
        means,
        { newest: async (resource: string) => answered(means, resource) },
      ]),
    ) as unknown as QuestionParts['others'],
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
  };
  const check = (name: string) => async (before: Readonly<Record<string, string>> | undefined) => {
    aws.checked += 1;
    const found = aws.checks.get(name);
    if (found instanceof Error) throw found;
    return found?.(before) ?? { findings: [] };
  };
  const checks = Object.fromEntries(checkNames.map((name) => [name, check(name)])) as unknown as Checks;
  const parts = {
    ledger,
    episodes: told,
    questions: questions(asking),
    checks,
    points: asking.points,
    questionsOver: (points: QuestionParts['points']) => questions({ ...asking, points }),
    vault: 'lifeboat',
    clock,
    log,
  };
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
    /** The watch, every minute for so long, and the checks every five. */
    watchFor: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        wait(1);
        if (minute % 5 === 0 && (await ledger.get(checkKey('vault'))) !== undefined) await askChecks(parts);
        await watchRound(parts, () => 60_000).catch((error: unknown) => logged.push(String(error)));
      }
    },
    /** The subjects of the messages that were sent, in order. */
    subjects: () => sent.map(subjectOf),
    /** The subjects of the pages alone. */
    pages: () => sent.map(subjectOf).filter((subject) => subject.startsWith('PAGE')),
    records: (): EvidenceRecord[] =>
      [...objects.kept.entries()]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, body]) => JSON.parse(body) as EvidenceRecord),
  };
}
