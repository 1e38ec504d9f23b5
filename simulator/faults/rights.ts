import type { Interference, Request } from '../world/door.ts';
import { AwsError } from '../world/region.ts';
import { afterwards, butForLosses, type Fault, givenUpWithin, isHeldUp, iso } from './fault.ts';

const hour = 3_600_000;

/** A right that somebody took away: one operation, as a call in one Region asks for it. */
interface Right {
  readonly region: string;
  /** The function that has to do without it, or that is not called for want of it. */
  readonly name: string;
  readonly service: string;
  readonly operation: string;
  /** The state machine or the service of AWS that may not call it any more. */
  readonly by?: string;
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
export const rightsTaken = taking('somebody takes a right of a function away', ({ caller, service, operation }) =>
  caller.kind === 'function' ? { region: caller.region, name: caller.name, service, operation } : undefined,
);

/**
 * The same with what AWS itself may do for Lifeboat: a state machine or a schedule may not call one function or start the fleet
 * any more, or EventBridge may not hand one function its events. Alarms keep their topics.
 */
export const callsDenied = taking('AWS itself may not call something of Lifeboat any more', (request) => {
  const { caller, service, operation, input } = request;
  if (caller.kind === 'function' || (operation !== 'Invoke' && operation !== 'StartExecution')) return undefined;
  const { FunctionName, stateMachineArn } = input as { FunctionName?: string; stateMachineArn?: string };
  const name = (FunctionName ?? stateMachineArn ?? '').split(':')[6] ?? '';
  return { region: caller.region, name, service, operation, by: caller.name };
});

/** @param needed the right that a call needs, where it is one that may be taken */
function taking(words: string, needed: (request: Request) => Right | undefined): Fault {
  return ({ account, home, chance, start, end, calm }) => {
    const { world } = home;
    const from = Math.round(start + calm + chance.between(0.3, 5.5) * hour);
    /** By who asks for them. */
    const seen = new Map<string, Map<string, Right>>();
    let taken: Right | undefined;
    let fired = 0;

    account.door.add((request) => {
      const right = needed(request);
      if (right === undefined || world.now() >= end) return undefined;
      if (taken === undefined) {
        const holder = `${right.region} ${right.by ?? right.name}`;
        const rights = seen.get(holder) ?? new Map<string, Right>();
        seen.set(holder, rights);
        rights.set(nameOf(right), right);
        return undefined;
      }
      if (right.region !== taken.region || right.name !== taken.name || nameOf(right) !== nameOf(taken))
        return undefined;
      fired += 1;
      world.trace.note('a right is missed', { ...taken, run: request.caller.id });
      return refusal(request, account.id);
    });
    world.at(from, 'somebody takes a right away', () => {
      const holders = [...seen.keys()].sort();
      if (holders.length === 0) return;
      const rights = seen.get(chance.pick(holders)) ?? new Map<string, Right>();
      taken = rights.get(chance.pick([...rights.keys()].sort()));
      world.trace.note('a right was taken away', taken);
    });
    world.at(end, 'somebody gives the right back', () => {
      if (taken !== undefined) world.trace.note('a right was given back', taken);
    });

    return {
      words: `${words} at ${iso(from)}, and gets it back when all is over`,
      fired: () => fired,
      leave: butForLosses({
        // A run of its Region may fail whose states ask the function, and what starts it may be given up; nothing else may.
        mayFail: (run, at, since) => taken !== undefined && isHeldUp(run, taken) && at >= from && since <= end,
        mayGiveUp: ({ region, name }, at) =>
          taken?.region === region &&
          (taken.name === name || (taken.by !== undefined && name === undefined)) &&
          at >= from &&
          at <= end + givenUpWithin,
        openBy: (region, deadline) =>
          taken !== undefined &&
          ofTelling.test(taken.name) &&
          region === taken.region &&
          deadline > from - afterwards &&
          deadline <= end
            ? end + afterwards
            : 0,
      }),
      troubles: () => [{ from, until: end }],
    };
  };
}

/** What is asked for, whoever asks. */
function nameOf({ service, operation, by, name }: Right): string {
  return `${service}.${operation}${by === undefined ? '' : ` of ${name} by ${by}`}`;
}

function refusal({ caller, service, operation }: Request, account: string): Interference {
  return {
    kind: 'refuse',
    error: new AwsError(
      refusals[service] ?? 'AccessDeniedException',
      `User: arn:aws:sts::${account}:assumed-role/${caller.name} is not authorized to perform: ${service}:${operation} because no identity-based policy allows the action`,
      403,
    ),
  };
}
