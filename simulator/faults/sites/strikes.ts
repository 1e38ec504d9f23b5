import type { SimulatedAccount } from '../../world/account.ts';
import type { Interference, Request } from '../../world/door.ts';
import { AwsError } from '../../world/region.ts';
import { afterwards, givenUpWithin, isHeldUp, type Struck } from '../fault.ts';
import { isNumbered, type Site } from './site.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** What goes wrong at one call, and for how long its caller suffers from it. */
interface Strike {
  readonly words: string;
  /** Milliseconds from the call on: what falls due meanwhile may be told after it. */
  readonly lasts: number;
  /** `call`: this one attempt; `invocation`: each attempt of this operation in this run; `caller`: until it is over. */
  readonly reach: 'call' | 'invocation' | 'caller';
  /** Whether it is about functions alone: a machine has no sandbox. */
  readonly ofFunctions?: true;
  readonly interference: Interference;
}

const timedOut = new AwsError('TimeoutError', 'The connection timed out.', 0);

/** Every fault that is tried at every call, one at a time. */
export const strikes = {
  throttled: {
    words: 'is throttled',
    lasts: 2 * minute,
    reach: 'invocation',
    interference: { kind: 'refuse', error: new AwsError('ThrottlingException', 'Rate exceeded', 429) },
  },
  'internal-error': {
    words: 'meets an internal error',
    lasts: 2 * minute,
    reach: 'invocation',
    interference: { kind: 'refuse', error: new AwsError('InternalServerException', 'Internal failure', 500) },
  },
  'timeout-before': {
    words: 'times out before its effect',
    lasts: 3 * minute,
    reach: 'call',
    interference: { kind: 'refuse', error: timedOut },
  },
  'timeout-after': {
    words: 'times out after its effect',
    lasts: 3 * minute,
    reach: 'call',
    interference: { kind: 'lose the answer', error: timedOut },
  },
  slow: {
    words: 'takes twenty minutes',
    lasts: 23 * minute,
    reach: 'call',
    interference: { kind: 'slow', milliseconds: 20 * minute },
  },
  denied: {
    words: 'is denied for an hour',
    lasts: hour,
    reach: 'caller',
    interference: {
      kind: 'refuse',
      error: new AwsError('AccessDeniedException', 'User is not authorized to perform this action.', 403),
    },
  },
  'killed-before': {
    words: 'is not made: the sandbox is killed',
    lasts: 5 * minute,
    reach: 'call',
    ofFunctions: true,
    interference: { kind: 'kill', when: 'before' },
  },
  'killed-after': {
    words: 'is the last: the sandbox is killed after its effect',
    lasts: 5 * minute,
    reach: 'call',
    ofFunctions: true,
    interference: { kind: 'kill', when: 'after' },
  },
} as const satisfies Readonly<Record<string, Strike>>;

export type StrikeName = keyof typeof strikes;

export const strikeNames = Object.keys(strikes) as readonly StrikeName[];

/** Whether a fault can strike at a site at all. */
export function canStrike(name: StrikeName, { caller, call }: Site): boolean {
  const strike: Strike = strikes[name];
  return strike.ofFunctions === undefined || !(call === 'Lambda.Invoke' && isMachine(caller));
}

const machines = new Set([
  'lifeboat-protect',
  'lifeboat-drill',
  'lifeboat-fleet',
  'lifeboat-silence',
  'lifeboat-recover',
]);

function isMachine(caller: string): boolean {
  return machines.has(caller);
}

/** A fault at its site. */
export interface SiteFault {
  readonly site: Site;
  readonly strike: StrikeName;
}

/**
 * Puts a fault at its site. Answers how often it struck, and what it excuses.
 *
 * @param until milliseconds since 1970: from then on it does not begin any more. In a run that takes another way a call may come
 * later than where its site was found, and then there would be no time left to get well
 */
export function strikeAt(
  account: SimulatedAccount,
  { site, strike: name }: SiteFault,
  until = Number.POSITIVE_INFINITY,
): Pick<Struck, 'fired' | 'leave' | 'troubles'> {
  const strike: Strike = strikes[name];
  const [service, called] = site.call.split('.');
  let number = 0;
  let from: number | undefined;
  let invocation: string | undefined;
  let fired = 0;

  const isMeant = (request: Request): boolean => {
    const { caller, operation } = request;
    // Nearly every call is another one: what tells them apart soonest comes first.
    if (operation !== called || caller.name !== site.caller || caller.region !== site.region) return false;
    if (request.region !== site.to || request.service !== service || !isNumbered(caller)) return false;
    const now = account.world.now();
    if (from === undefined) {
      number += 1;
      if (number <= site.number || now >= until) return false;
      from = now;
      invocation = request.caller.id;
      return true;
    }
    if (now >= from + strike.lasts) return false;
    return strike.reach === 'caller' || (strike.reach === 'invocation' && request.caller.id === invocation);
  };

  account.door.add((request) => {
    if (!isMeant(request)) return undefined;
    fired += 1;
    return strike.interference;
  });

  const since = () => from ?? Number.POSITIVE_INFINITY;
  const over = () => since() + strike.lasts;
  return {
    fired: () => fired,
    leave: {
      // Who calls tells in its own Region, and what it writes in the other is told there.
      openBy: (region, deadline) =>
        (region === site.region || region === site.to) && deadline > since() - afterwards && deadline <= over()
          ? over() + afterwards
          : 0,
      // Who cannot note in the ledger that SNS took a message sends it once more.
      mayRepeat: (region, at) =>
        service === 'DynamoDB' && region === site.region && at >= since() && at <= over() + afterwards,
      mayFail: (run, at, begunAt) =>
        isHeldUp(run, { region: site.region, name: site.caller }) && at >= since() && begunAt <= over(),
      mayGiveUp: ({ region, name }, at) =>
        region === site.region && name === site.caller && at >= since() && at <= over() + givenUpWithin,
    },
    troubles: () => (from === undefined ? [] : [{ from, until: over() }]),
  };
}
