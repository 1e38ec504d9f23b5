import { createHash } from 'node:crypto';
import { type CallEntry, hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';

/** Reconcile looks each hour for ends that no event told; a run of it may fail, and the next one has to make it good. */
const recordedWithin = 3 * 3_600_000;

/** A seal may be so long in the making: it reads the chains one after another, and a call may be slow. */
const sealedWithin = 30 * 60_000;

interface Attempt {
  readonly name: string;
  readonly region: string;
  endedAt: number | undefined;
  records: number;
}

interface Link {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Invariant 5, evidence is complete and append-only: every execution of a workflow, and every redrive of one, ends in
 * exactly one record, which is not written before the end. Records make one chain for each resource and location; none
 * is written over, and nothing is deleted; a seal holds the end of each. Ends are read from Step Functions' own events as they leave it, whether or not
 * anybody receives them. What ended in a Region just before it was gone, nobody can write down.
 */
export function evidenceComplete({ goneFrom }: Pick<Leave, 'goneFrom'> = {}): Checker {
  const attempts = new Map<string, Attempt>();
  const records = new Map<string, string>();
  const written = new Set<string>();
  const chains = new Map<string, Link>();
  /** Every record by its chain and place, and when it was written. */
  const links = new Map<string, { readonly hash: string; readonly at: number }>();
  const violations: string[] = [];
  let seals = 0;

  const attemptOf = (region: string, name: string): Attempt => {
    const key = `${region} ${name}`;
    const attempt = attempts.get(key) ?? { name: key, region, endedAt: undefined, records: 0 };
    attempts.set(key, attempt);
    return attempt;
  };

  const seeStatus = (at: string, region: string, event: unknown) => {
    const { detail, ...of } = event as { 'detail-type'?: string; detail?: Record<string, unknown> };
    if (of['detail-type'] !== 'Step Functions Execution Status Change' || detail === undefined) return;
    const { executionArn, status, redriveCount } = detail as {
      executionArn: string;
      status: string;
      redriveCount?: number;
    };
    const [machine = '', execution] = executionArn.split(':').slice(-2);
    // Silence is no attempt: it writes a record of what was asked, if that is anything.
    if (!machine.startsWith('lifeboat-') || machine === 'lifeboat-silence') return;
    const attempt = attemptOf(region, `${machine}/${execution}/${redriveCount ?? 0}`);
    if (status !== 'RUNNING') attempt.endedAt ??= Date.parse(at);
  };

  const seePut = (entry: CallEntry, key: string) => {
    const { Body, IfNoneMatch } = entry.input as { Body: string | Uint8Array; IfNoneMatch?: string };
    const place = `${entry.region} ${key}`;
    if (written.has(place)) violations.push(`${entry.at} ${place} was written over`);
    if (IfNoneMatch !== '*') violations.push(`${entry.at} ${place} was written without If-None-Match`);
    written.add(place);
    const text = typeof Body === 'string' ? Body : Buffer.from(Body).toString('utf8');
    if (key.startsWith('seals/')) {
      seals += 1;
      seeSeal(`${entry.region} ${key.replace('seals/', 'evidence/').replace(/[^/]+$/, '')}`, entry.at, text);
      return;
    }
    const record = JSON.parse(text) as Link & { id: string; previous: string; content: { what: string } };
    const chain = `${entry.region} ${key.slice(0, key.lastIndexOf('/'))}`;
    // Episodes of two resources may open at one instant: their records are told apart by their chains.
    const one = `${record.content.what === 'episode' ? chain : entry.region} ${record.id}`;
    const before = records.get(one);
    if (before !== undefined) violations.push(`${entry.region} ${record.id} has two records: ${before} and ${key}`);
    records.set(one, key);
    seeLink(chain, Date.parse(entry.at), record, text);
    if (record.content.what !== 'attempt') return;
    const attempt = attempts.get(`${entry.region} ${record.id}`);
    if (attempt === undefined)
      violations.push(`${entry.at} ${record.id} has a record, and never ran in ${entry.region}`);
    else {
      attempt.records += 1;
      if (attempt.endedAt === undefined) violations.push(`${entry.at} ${attempt.name} has a record, and still runs`);
    }
  };

  /** A seal holds the end of every chain, as it was written; what came while it was made may be missing. */
  const seeSeal = (prefix: string, at: string, text: string) => {
    const { heads } = JSON.parse(text) as { heads: readonly (Link & { chain: string })[] };
    const held = new Map(heads.map((head) => [`${prefix}${head.chain}`, head]));
    for (const [chain, head] of held) {
      if (links.get(`${chain} ${head.seq}`)?.hash !== head.hash)
        violations.push(`${at} the seal holds record ${head.seq} of ${chain} otherwise than it was written`);
    }
    for (const [chain, { seq }] of chains) {
      if (!chain.startsWith(prefix)) continue;
      const next = links.get(`${chain} ${(held.get(chain)?.seq ?? 0) + 1}`);
      if (next !== undefined && Date.parse(at) - next.at > sealedWithin)
        violations.push(`${at} the seal does not hold the end of ${chain}, record ${seq}`);
    }
  };

  const seeLink = (chain: string, at: number, record: Link & { previous: string }, text: string) => {
    const last = chains.get(chain);
    if (record.seq !== (last?.seq ?? 0) + 1 || record.previous !== (last?.hash ?? '0'.repeat(64))) {
      violations.push(`${chain}: record ${record.seq} does not follow record ${last?.seq ?? 0}`);
    }
    // The bytes are in canonical form: without its own hash they are what the hash is of.
    const bytes = text.trimEnd().replace(`"hash":"${record.hash}",`, '');
    if (createHash('sha256').update(bytes).digest('hex') !== record.hash) {
      violations.push(`${chain}: the hash of record ${record.seq} does not fit its bytes`);
    }
    chains.set(chain, { seq: record.seq, hash: record.hash });
    links.set(`${chain} ${record.seq}`, { hash: record.hash, at });
  };

  return {
    invariant: '5 evidence is complete and append-only',
    operations: ['PutObject', 'DeleteObject'],
    see: (entry: TraceEntry) => {
      if (entry.kind === 'event') seeStatus(entry.at, entry.region, entry.event);
      if (entry.kind !== 'call' || entry.service !== 'S3' || !hadEffect(entry)) return;
      const { Key: key } = entry.input as { Key?: string };
      if (key === undefined || !/^(evidence|seals)\//.test(key)) return;
      if (entry.operation === 'PutObject') seePut(entry, key);
      if (entry.operation === 'DeleteObject') violations.push(`${entry.at} ${entry.region} ${key} was deleted`);
    },
    look: () => {},
    conclude: (now) => {
      const ended = [...attempts.values()].filter(({ endedAt }) => endedAt !== undefined);
      for (const { name, region, endedAt = now, records: count } of ended) {
        if (count === 0 && Math.min(now, goneFrom?.(region) ?? now) - endedAt > recordedWithin) {
          violations.push(`${name} ended at ${new Date(endedAt).toISOString()} and has no record`);
        }
      }
      return {
        invariant: '5 evidence is complete and append-only',
        examined: { attempts: attempts.size, ended: ended.length, records: records.size, chains: chains.size, seals },
        violations,
      };
    },
  };
}
