import { canonicalJson } from '../../../functions/evidence/canonical.ts';
import { seal } from '../../../functions/evidence/chain.ts';
import { recordKey, sealKey, slugOf } from '../../../functions/evidence/key.ts';
import type { AttemptContent, Content, DrillVerdict, EvidenceRecord } from '../../../functions/evidence/record.ts';
import { type SealRecord, sealOf } from '../../../functions/evidence/seal.ts';
import {
  type ObjectiveStanding,
  type OpenEpisode,
  type StandingContent,
  standingChain,
} from '../../../functions/evidence/standing.ts';

export const account = '123456789012';
export const home = `${account}/eu-central-1`;
export const copy = `${account}/eu-west-1`;
export const hour = 3_600_000;
export const day = 24 * hour;
export const start = Date.parse('2026-01-05T00:00:00.000Z');

export const iso = (at: number) => new Date(at).toISOString();
export const arnOf = (name: string) => `arn:aws:rds:eu-central-1:${account}:db:${name}`;

/** Evidence as Lifeboat writes it, in memory: chained, sealed by `sealed`, and to be spoilt as a test likes. */
export function written() {
  const kept = new Map<string, string>();
  const newest = new Map<string, EvidenceRecord>();
  const seals = new Map<string, SealRecord>();
  const write = (location: string, resource: string, id: string, content: Content, at: number): string => {
    const chain = `${location} ${resource}`;
    const record = seal({ id, resource, content }, { previous: newest.get(chain), location, writtenAt: iso(at) });
    newest.set(chain, record);
    const key = recordKey(location, resource, record.seq);
    kept.set(key, `${canonicalJson(record)}\n`);
    return key;
  };
  const sealed = (at: number) => {
    for (const location of [home, copy]) {
      const heads = [...newest].flatMap(([chain, { resource, seq, hash }]) =>
        chain.startsWith(`${location} `) ? [{ chain: slugOf(resource), seq, hash }] : [],
      );
      const of = { day: iso(at).slice(0, 10), location, writtenAt: iso(at), heads };
      const made = sealOf(of, seals.get(location));
      seals.set(location, made);
      kept.set(sealKey(location, of.day), `${canonicalJson(made)}\n`);
    }
  };
  return { kept, write, sealed };
}

const attempt = (
  more: Partial<AttemptContent> & Pick<AttemptContent, 'workflow' | 'endedAt' | 'verdict'>,
): AttemptContent => ({
  what: 'attempt',
  execution: 'arn:aws:states:eu-central-1:123456789012:execution:lifeboat:one',
  redriveCount: 0,
  kind: 'rds',
  tier: 'gold',
  openedAt: iso(Date.parse(more.endedAt) - hour),
  outcome: 'SUCCEEDED',
  points: [],
  jobs: [],
  checks: [],
  timings: {},
  ...more,
});

export const backedUp = (at: number): AttemptContent =>
  attempt({
    workflow: 'protect',
    endedAt: iso(at),
    points: [
      { as: 'backup', arn: 'arn:aws:rds:eu-central-1:123456789012:snapshot:awsbackup:job-1' },
      { as: 'copy', arn: 'arn:aws:rds:eu-west-1:123456789012:snapshot:awsbackup:job-2', to: 'eu-west-1' },
    ],
    verdict: { is: 'PROTECTED', because: ['backed up, and copied to eu-west-1'] },
  });

export const drilled = (at: number, verdict: DrillVerdict = 'PASS', seconds = 1_100): AttemptContent =>
  attempt({
    workflow: 'drill',
    endedAt: iso(at),
    points: [{ as: 'drilled', arn: 'arn:point', instant: iso(at - 5 * hour) }],
    checks: [
      { name: 'orders exist', verdict, because: ['6049, at least 1000 is asked for'] },
      { name: 'every table reads to its end', verdict: 'PASS', because: ['3 tables, 18898 rows'] },
      { name: 'the check role', verdict: 'NOT_TESTED', because: ['it may not read the table secrets'] },
    ],
    timings: { restore: seconds - 200, reach: 199, questions: 1, rto: seconds },
    rto: { seconds, boundSeconds: 4 * 3600 },
    scratch: 'gone',
    restored: { engine: 'postgres', engineVersion: '18.1', instanceClass: 'db.t4g.medium' },
    verdict: {
      is: verdict,
      because: [verdict === 'PASS' ? '2 checks ran and passed' : 'orders exist: a fall of 32.8%'],
    },
  });

export const objective = (
  objectiveName: ObjectiveStanding['objective'],
  boundHours: number,
  ageHours: number | undefined,
  now: number,
): ObjectiveStanding => {
  const age = ageHours ?? 1;
  return {
    objective: objectiveName,
    boundSeconds: boundHours * 3600,
    ...(ageHours !== undefined && { instant: iso(now - ageHours * hour) }),
    deadline: iso(now + (boundHours - age) * hour),
    ageSeconds: Math.round(age * 3600),
    is: age > boundHours ? 'broken' : 'met',
    because: `it is ${age} hours old; the bound is ${boundHours} hours`,
  };
};

/** How everything stands: of each name the ages in hours of point, copy and proof. */
export function standing(
  part: 'home' | 'copy',
  now: number,
  names: Readonly<Record<string, { rpo?: number; copy?: number | undefined; proof?: number | undefined }>>,
  more: Partial<StandingContent> = {},
): StandingContent {
  return {
    what: 'standing',
    at: iso(now),
    part,
    home: 'eu-central-1',
    copies: [copy],
    roster: { fresh: true, because: 'home wrote the roster' },
    tiers: {
      gold: {
        backup: { everySeconds: 6 * 3600, keepDays: 14 },
        copies: [{ to: copy, keepDays: 35 }],
        drill: { everySeconds: 86_400, from: copy },
      },
    },
    vault: { lock: 'not locked' },
    resources: Object.entries(names).map(([name, ages]) => ({
      resource: arnOf(name),
      kind: 'rds',
      name,
      tier: 'gold',
      firstSeenAt: iso(start),
      refreshedAt: iso(now),
      objectives:
        part === 'home'
          ? [objective('rpo', 9, ages.rpo ?? 4, now)]
          : [
              objective('copy_rpo', 12, 'copy' in ages ? ages.copy : 5, now),
              objective('proof', 48, 'proof' in ages ? ages.proof : 20, now),
            ],
      ...(part === 'copy' && { rtoBoundSeconds: 4 * 3600 }),
    })),
    retired: [],
    open: [],
    ...more,
  };
}

export const openEpisode = (name: string, now: number, more: Partial<OpenEpisode> = {}): OpenEpisode => ({
  subject: arnOf(name),
  kind: 'drill',
  severity: 'page',
  openedAt: iso(now - 2 * hour),
  because: 'the drill did not pass: FAIL',
  seen: 1,
  deliveries: [
    { message: 'opened', channel: 'people', region: 'eu-west-1', at: iso(now - 2 * hour + 4_000), messageId: 'm' },
  ],
  ...more,
});

type Ages = Parameters<typeof standing>[2];

/** Days of an account in which all went well, until its last midnight; `ages` says how each resource stands then. */
export function history(ages: Ages, days: number, more: { readonly open?: readonly OpenEpisode[] } = {}) {
  const evidence = written();
  const names = Object.keys(ages);
  const end = start + days * day;
  for (let at = start; at < end; at += day) {
    for (const [index, name] of names.entries()) {
      const shift = (index % 50) * 60_000;
      for (let part = 1; part < 24; part += 6) {
        const done = at + part * hour + shift;
        evidence.write(home, arnOf(name), `lifeboat-protect/${name}-${done}/0`, backedUp(done), done + 1_000);
      }
      const done = at + 5 * hour + shift;
      const seconds = 1_000 + ((at / day + index) % 7) * 40;
      evidence.write(
        copy,
        arnOf(name),
        `lifeboat-drill/${name}-${done}/0`,
        drilled(done, 'PASS', seconds),
        done + 1_000,
      );
    }
    evidence.sealed(at + 6.5 * hour);
  }
  const stand = (part: 'home' | 'copy', open: readonly OpenEpisode[]) =>
    evidence.write(
      part === 'home' ? home : copy,
      standingChain,
      `standing/${end}`,
      standing(part, end, ages, { open }),
      end,
    );
  stand('home', []);
  stand('copy', more.open ?? []);
  return { ...evidence, end, at: iso(end) };
}

/** The evidence as the report reads it. */
export { shelfOf } from '../../../cli/report/shelf.ts';

export const sourceOf = (kept: ReadonlyMap<string, string>) => ({
  keys: async () => [...kept.keys()].sort(),
  read: async (key: string) => {
    const text = kept.get(key);
    if (text === undefined) throw new Error('AccessDenied');
    return text;
  },
});
