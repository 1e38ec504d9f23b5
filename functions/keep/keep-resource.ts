import { createHash } from 'node:crypto';
import { type BackupClient, StartCopyJobCommand, UpdateRecoveryPointLifecycleCommand } from '@aws-sdk/client-backup';
import type { Here } from '../account/here.ts';
import type { PointReader } from '../account/points.ts';
import type { Episodes } from '../episodes/episodes.ts';
import { rememberedJob } from '../jobs/describe.ts';
import { runningJob } from '../jobs/running.ts';
import { type KeepRow, keepKey } from '../ledger/keep.ts';
import { type LaneRow, laneKey } from '../ledger/lane.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';
import type { ResourceRow } from '../ledger/resource.ts';
import type { Clock } from '../platform/seam.ts';
import type { Policy, Tier } from '../policy/policy.ts';
import { type Decision, decide } from './decide.ts';

/**
 * What became of one resource. `neverProven`: there is nothing to keep; `safe`: its last proven point is not in danger;
 * `underWay`: it is being copied; `busy`: AWS Backup works on the resource, and there is time until tomorrow; `lost` and
 * `refused`: somebody was told. Where the last proven point is lost, `copying` and `underWay` are of what stands in for it.
 */
export type Kept = 'neverProven' | 'safe' | 'copying' | 'extended' | 'underWay' | 'busy' | 'lost' | 'refused';

export interface Keeping {
  readonly ledger: Ledger;
  readonly episodes: Episodes;
  readonly backup: BackupClient;
  readonly points: PointReader;
  /** The name of the vault of proven points. */
  readonly provenVault: string;
  readonly role: string;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly here: Pick<Here, 'partition' | 'account' | 'region' | 'part'>;
}

/** Less than this before it is too late, somebody is told that the resource is busy. */
const busyBoundSeconds = 3 * 86_400;

/** Sees to the last proven point of one resource. Each step may be repeated: the job of a day has one token. */
export async function keepResource(parts: Keeping, row: ResourceRow): Promise<Kept> {
  const { ledger, provenVault, clock, here } = parts;
  const { resource } = row;
  const proof = await ledger.get<ProofRow>(proofKey(resource));
  if (proof === undefined) return 'neverProven';
  const tier = Object.hasOwn(parts.policy.tiers, row.tier) ? parts.policy.tiers[row.tier] : undefined;
  const all = await parts.points.of(resource);
  const decision = decide({
    proof,
    older: proof.older,
    points: all.filter(({ vault }) => vault !== provenVault),
    kept: all.filter(({ vault }) => vault === provenVault),
    drillEverySeconds: tier?.drill?.everySeconds,
    coldAfterDays: coldAfterDays(tier, here),
    now: clock.now().toISOString(),
  });
  if (decision.lost === undefined && decision.do !== 'copy') {
    if (decision.do === 'extend') await extend(parts, decision);
    await isWell(parts, resource, decision.because);
    return decision.do === 'extend' ? 'extended' : 'safe';
  }
  // It is not kept yet: what was started before may still be on its way, or may have failed.
  const before = await ledger.get<KeepRow>(keepKey(resource));
  const point = decision.do === 'copy' ? decision.point.arn : undefined;
  const isMeant =
    before !== undefined && (before.recoveryPoint === point || before.recoveryPoint === proof.recoveryPoint);
  const job = isMeant ? await rememberedJob(parts.backup, 'copy', before.job) : undefined;
  if (job?.state === 'under way') return 'underWay';
  // What failed before is told until a copy is there; it is tried again all the same.
  if (job?.state === 'failed' && before?.recoveryPoint === point)
    await isInDanger(parts, row, `${decision.because}; the copy failed`, job.message);
  else if (decision.lost) await isInDanger(parts, row, decision.because);
  if (decision.do === 'copy') return copy(parts, row, decision, before);
  if (decision.do === 'extend') await extend(parts, decision);
  return 'lost';
}

async function copy(
  parts: Keeping,
  row: ResourceRow,
  decision: Extract<Decision, { do: 'copy' }>,
  before: KeepRow | undefined,
): Promise<Kept> {
  const { ledger, backup, provenVault, role, clock, here } = parts;
  const { resource } = row;
  const { point, keepDays, because } = decision;
  // One job of a resource at a time: a copy that comes in between would make a backup wait, or lose its own turn.
  const busy = (await laneHolder(ledger, resource)) ?? (await runningJob(backup, resource));
  if (busy !== undefined) {
    const left = (Date.parse(decision.until) - clock.now().getTime()) / 1000;
    if (left > busyBoundSeconds) return 'busy';
    await isInDanger(
      parts,
      row,
      `${because}; ${busy.by} (${busy.id}) has been busy with the resource since ${busy.since}`,
    );
    return 'refused';
  }
  const attempt = before?.recoveryPoint === point.arn ? before.attempt + 1 : 1;
  const { CopyJobId: job } = await backup.send(
    new StartCopyJobCommand({
      RecoveryPointArn: point.arn,
      SourceBackupVaultName: point.vault,
      DestinationBackupVaultArn: `arn:${here.partition}:backup:${here.region}:${here.account}:backup-vault:${provenVault}`,
      IamRoleArn: role,
      IdempotencyToken: tokenOf(point.arn, attempt),
      Lifecycle: { DeleteAfterDays: keepDays },
    }),
  );
  if (job === undefined) throw new Error('AWS Backup started a copy job and did not say which.');
  const next = {
    ...keepKey(resource),
    resource,
    recoveryPoint: point.arn,
    job,
    attempt,
    startedAt: clock.now().toISOString(),
  };
  if (before === undefined) await ledger.create<KeepRow>(next);
  else await ledger.replace<KeepRow>({ ...next, version: before.version });
  return 'copying';
}

async function extend({ backup, provenVault }: Keeping, { point, keepDays }: Extract<Decision, { do: 'extend' }>) {
  await backup.send(
    new UpdateRecoveryPointLifecycleCommand({
      BackupVaultName: provenVault,
      RecoveryPointArn: point.arn,
      // It was copied without a move to cold storage, so nothing is dropped by not sending one.
      Lifecycle: { DeleteAfterDays: keepDays },
    }),
  );
}

async function laneHolder(ledger: Ledger, resource: string) {
  const held = await ledger.get<LaneRow>(laneKey(resource));
  return held === undefined ? undefined : { by: 'a protect', id: held.execution, since: held.takenAt };
}

/** The same point and the same attempt give the same job. */
function tokenOf(point: string, attempt: number): string {
  return `keep-${createHash('sha256').update(point).digest('hex').slice(0, 32)}-${attempt}`;
}

/** When the points of a tier go to cold storage here. */
function coldAfterDays(tier: Tier | undefined, { part, account, region }: Keeping['here']): number | null {
  if (part === 'home') return tier?.backup?.coldAfterDays ?? null;
  const copies = tier?.copies.filter(({ to }) => to.region === region && (to.account ?? account) === account) ?? [];
  return copies[0]?.coldAfterDays ?? null;
}

async function isWell({ episodes, clock }: Keeping, subject: string, because: string): Promise<void> {
  await episodes.resolve({ subject, kind: 'keep', because, at: clock.now().toISOString() });
}

export async function isInDanger(
  { episodes, clock }: Pick<Keeping, 'episodes' | 'clock'>,
  { resource, tier }: Pick<ResourceRow, 'resource' | 'tier'>,
  because: string,
  cause?: string,
): Promise<void> {
  const facts = { tier, ...(cause !== undefined && { cause }) };
  const at = clock.now().toISOString();
  await episodes.open({ subject: resource, kind: 'keep', severity: 'notice', because, facts, at });
}
