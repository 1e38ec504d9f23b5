import type { SimulatedAccount } from '../world/account.ts';
import { AwsError, type Region } from '../world/region.ts';

/** From one instant to another, milliseconds since 1970; `until` may be infinite. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** A job that finds its Region gone for good looks again after this time, for ever. */
const aDay = 86_400_000;

/** A Region answers nobody but with this error, starts nothing, and nothing in it goes on. */
function stillWhile(account: SimulatedAccount, region: Region, { from, until }: Span, error: AwsError): void {
  const now = () => region.world.now();
  const isStill = () => now() >= from && now() < until;
  account.door.add((request) =>
    isStill() && (request.region === region.name || request.caller.region === region.name)
      ? { kind: 'refuse', error }
      : undefined,
  );
  region.services.Scheduler.interfere(() => (isStill() ? { drop: true } : undefined));
  region.services.EventBridge.interfere(() => (isStill() ? { drop: true } : undefined));
  // Its jobs do not end, and nothing leaves it any more.
  region.services.Backup.addFault(() => (isStill() ? { waits: Math.min(until - now(), aDay) } : undefined));
}

/**
 * A Region is gone: its APIs, what runs in it and what is stored in it answer nobody, and nothing leaves it. What arrives
 * in other Regions by replication stops.
 */
export function regionGone(account: SimulatedAccount, region: Region, span: Span): void {
  stillWhile(account, region, span, new AwsError('TimeoutError', `Nobody answers in ${region.name}.`, 0));
  const others = () => account.regions.filter((one) => one !== region);
  const turn = (isGone: boolean) => {
    setZones(region, ['a', 'b', 'c'], isGone);
    for (const { services } of others()) {
      services.RDS.replication.setRegionStopped(region.name, isGone);
      services.EFS.replication.setRegionPaused(region.name, isGone);
    }
    region.world.trace.note(isGone ? 'a Region is gone' : 'a Region is back', { region: region.name });
  };
  region.world.at(span.from, `${region.name} is gone`, () => turn(true));
  if (Number.isFinite(span.until)) region.world.at(span.until, `${region.name} is back`, () => turn(false));
}

/** Zones of a Region, by their letters, stop answering, or answer again. */
export function setZones(region: Region, letters: readonly string[], areGone: boolean): void {
  const zones = letters.map((letter) => `${region.name}${letter}`);
  // First all of them: a standby in a zone that goes at the same instant is none.
  for (const zone of zones) region.services.EC2.setZone(zone, areGone);
  for (const zone of zones) region.services.RDS.failures.zoneChanged(zone);
}

/**
 * The account is lost: closed, suspended, or in somebody else's hands. Everything in it refuses everybody. What could be
 * recovered then are copies in another account, which are not modelled.
 */
export function accountLost(account: SimulatedAccount, from: number): void {
  const error = new AwsError('AccessDeniedException', `The account ${account.id} is suspended.`, 403);
  for (const region of account.regions) stillWhile(account, region, { from, until: Number.POSITIVE_INFINITY }, error);
  const { world } = account;
  world.at(from, 'the account is lost', () => {
    for (const region of account.regions) setZones(region, ['a', 'b', 'c'], true);
    world.trace.note('the account is lost', { account: account.id });
  });
}
