import type { Interference } from '../world/door.ts';
import { AwsError } from '../world/region.ts';
import { afterwards, type Fault, givenUpWithin, isHeldUp, iso } from './fault.ts';

const hour = 3_600_000;

/** A right that somebody took away: one operation of one function in one Region. */
interface Taken {
  readonly region: string;
  readonly name: string;
  readonly service: string;
  readonly operation: string;
}

/** Those that find out or tell: while one of them may not, pages of its Region are late. */
const ofTelling = /^lifeboat-(watch|reconcile|conclude|resume)$/;

/** How the services say no. */
const refusals: Readonly<Record<string, string>> = {
  SNS: 'AuthorizationErrorException',
  S3: 'AccessDenied',
  RDS: 'AccessDenied',
  IAM: 'AccessDenied',
  CloudWatch: 'AccessDenied',
  EC2: 'UnauthorizedOperation',
};

/**
 * Somebody takes one right off the role of one function, drawn from what functions were seen to ask until then, and it never
 * comes back while anything goes wrong.
 */
export const rightsTaken: Fault = ({ account, home, chance, start, end, calm }) => {
  const { world } = home;
  const from = Math.round(start + calm + chance.between(0.3, 5.5) * hour);
  const seen = new Map<string, Map<string, Taken>>();
  let taken: Taken | undefined;
  let fired = 0;

  const refusal = ({ service, operation, name }: Taken): Interference => ({
    kind: 'refuse',
    error: new AwsError(
      refusals[service] ?? 'AccessDeniedException',
      `User: arn:aws:sts::${account.id}:assumed-role/${name} is not authorized to perform: ${service}:${operation} because no identity-based policy allows the action`,
      403,
    ),
  });

  account.door.add(({ caller, service, operation }) => {
    const now = world.now();
    if (caller.kind !== 'function' || now >= end) return undefined;
    if (taken === undefined) {
      const one = { region: caller.region, name: caller.name, service, operation };
      const key = `${one.region} ${one.name}`;
      const asked = seen.get(key) ?? new Map<string, Taken>();
      seen.set(key, asked);
      asked.set(`${service}.${operation}`, one);
      return undefined;
    }
    if (operation !== taken.operation || caller.name !== taken.name) return undefined;
    if (caller.region !== taken.region || service !== taken.service) return undefined;
    fired += 1;
    world.trace.note('a right is missed', taken);
    return refusal(taken);
  });
  world.at(from, 'somebody takes a right away', () => {
    const names = [...seen.keys()].sort();
    if (names.length === 0) return;
    const asked = seen.get(chance.pick(names)) ?? new Map<string, Taken>();
    const right = asked.get(chance.pick([...asked.keys()].sort()));
    taken = right;
    world.trace.note('a right was taken away', right);
  });
  world.at(end, 'somebody gives the right back', () => {
    if (taken !== undefined) world.trace.note('a right was given back', taken);
  });

  return {
    words: `somebody takes a right of a function away at ${iso(from)}, and gives it back when all is over`,
    fired: () => fired,
    leave: {
      // A run of its Region may fail whose states ask the function, and what starts it may be given up; nothing else may.
      mayFail: (run, at, since) => taken !== undefined && isHeldUp(run, taken) && at >= from && since <= end,
      mayGiveUp: ({ region, name }, at) =>
        taken?.region === region && taken.name === name && at >= from && at <= end + givenUpWithin,
      openBy: (region, deadline) =>
        taken !== undefined &&
        ofTelling.test(taken.name) &&
        region === taken.region &&
        deadline > from - afterwards &&
        deadline <= end
          ? end + afterwards
          : 0,
    },
    troubles: () => [{ from, until: end }],
  };
};
