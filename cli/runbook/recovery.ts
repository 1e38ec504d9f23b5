import { kindWords } from '../../functions/policy/kind.ts';
import type { AwsCall } from './aws.ts';
import type { Context, Resource } from './context.ts';
import { type Expectation, roughly } from './expect.ts';
import type { Part, Step } from './runbook.ts';
import { check, clientsCall, decide, inputName, run, start, type, wait } from './steps.ts';

/** How one resource is to be brought back by `lifeboat-recover`. */
export interface Plan {
  readonly resource: Resource;
  readonly region: string;
  /** What the input says besides the resource. */
  readonly ask: Readonly<Record<string, unknown>>;
  readonly says: string;
  readonly expected: Expectation | undefined;
  /** The only case in which to recover at all. */
  readonly when?: string;
  /** What to ask for when the first recovery does not pass its checks. */
  readonly otherwise?: { readonly ask: Readonly<Record<string, unknown>>; readonly says: string };
  /** The replica that may have been promoted in its place: clients go there then. */
  readonly replica?: string;
  /** Until when to wait and see, just before it is started: what is due first comes first, and waits for no other. */
  readonly first?: { readonly steps: readonly Step[]; readonly due: number };
  /** The account it is recovered in, where that is another one. */
  readonly account?: string;
}

/** A recovery of the newest data in a Region, and of the proven point should that not pass. */
export function newestPlan(
  { at }: Context,
  resource: Resource,
  region: string,
  expected: Expectation | undefined,
  more: Pick<Plan, 'when' | 'replica' | 'first'> & { readonly ask?: Plan['ask'] } = {},
): Plan {
  const { ask = {}, ...rest } = more;
  return {
    resource,
    region,
    ask: { instant: at, ...ask },
    says: 'the newest data before the failure',
    expected,
    ...(resource.tier.drill !== null && {
      otherwise: { ask, says: 'the newest point that passed a drill, which is older' },
    }),
    ...rest,
  };
}

/** All recoveries are started first: they run side by side. */
export function recoveryParts(context: Context, plans: readonly Plan[], dns: 'change' | 'keep' = 'change'): Part[] {
  if (plans.length === 0) return [];
  const waiting = plans.some(({ first }) => (first?.steps.length ?? 0) > 0);
  const inOrder = [...plans].sort((one, other) => (one.first?.due ?? 0) - (other.first?.due ?? 0));
  return [
    {
      title: waiting ? 'Start each recovery when it is due' : 'Start the recoveries, all at once',
      steps: inOrder.flatMap((plan) => [...(plan.first?.steps ?? []), startOf(context, plan)]),
    },
    { title: 'Wait, and read what each answers', steps: waits(context, plans) },
    ...(dns === 'change' ? [pointAt(context, plans)] : []),
  ];
}

function startOf(context: Context, { resource, region, ask, says, when, account }: Plan): Step {
  const input = { resource: inputName(context, resource), ...ask };
  return start(context, 'recover', region, input, `Recover ${resource.name} in ${region}: ${says}.`, {
    resource: resource.name,
    ...(when !== undefined && { when }),
    ...(account !== undefined && { account }),
  });
}

function waits(context: Context, plans: readonly Plan[]): Step[] {
  const times = plans.map(({ resource, expected }) => `${resource.name} ${shortTime(expected)}`);
  return [
    wait(
      `Wait until every recovery that you started has ended. Expect: ${times.join('; ')}. If one takes twice as long, open its page in the console: the state that waits says for what.`,
    ),
    check(
      'Read the output of each. If one ended FAILED, its error says what to do. `InputRejected`, `UnknownResource`, `WrongLocation`, `NothingToRecover`, `InstantOutOfReach`, `PointNotUsable`, `KeyNotUsable`, `NameTaken`, `NetworkUnclear`: nothing was created, and the cause names the field and the mend. Start it again with that. `NameTakenMeanwhile`: start it again with another `name`. `RecoveredDataFailed`, `RecoveredDataSuspect`, `NotVerified`: it runs, at the endpoint that the cause names. Do not take it for good. Any other error: redrive this execution in the console. It goes on where it failed; do not start a second one. `checked.verdict` has to be PASS; if it is NOT_TESTED, nobody has asked this data anything: look at it yourself. `loses.after` is the instant after which writes are lost: write it down, and tell whoever owns the data. `endpoint` is where it is now. Do what `next` says, the password first.',
    ),
    ...plans.flatMap((plan) => again(context, plan)),
  ];
}

/** A recovery that does not pass its checks is asked for once more, from a point that has passed them before. */
function again(context: Context, { resource, region, otherwise, account }: Plan): Step[] {
  if (otherwise === undefined) return [];
  const input = { resource: inputName(context, resource), ...otherwise.ask };
  return [
    start(context, 'recover', region, input, `Recover ${resource.name} once more: ${otherwise.says}.`, {
      resource: resource.name,
      when: `the recovery of ${resource.name} ended FAILED with RecoveredDataFailed, RecoveredDataSuspect or NotVerified`,
      ...(account !== undefined && { account }),
    }),
  ];
}

function shortTime(expected: Expectation | undefined): string {
  const seconds = expected?.takesAtMostSeconds;
  if (expected === undefined || seconds === undefined || seconds === null) return 'an unknown time';
  return `${roughly(seconds)} ${expected.measured ? 'as measured' : 'at most (rto)'}`;
}

/** The change that moves clients. Route 53 is changed by its API in us-east-1, whatever Region has failed. */
function pointAt(context: Context, plans: readonly Plan[]): Part {
  return {
    title: 'Point the application at what was recovered',
    steps: [
      decide(
        'If anything still writes to the original, stop it first: scale the application to zero, or take its security group off. Two writers make two truths that nobody can join. Else go on.',
      ),
      ...plans.flatMap((plan) => pointOne(context, plan)),
      wait(
        'Wait as long as the old record lived (its TTL before your change), then restart the application: many drivers and JVMs keep an address for ever.',
      ),
    ],
  };
}

function pointOne(context: Context, { resource, replica, when: only }: Plan): Step[] {
  // Clients have to move to a promoted replica as well.
  const when = replica === undefined ? only : undefined;
  const about = { resource: resource.name, ...(when !== undefined && { when }) };
  if (resource.kind === 'efs') return [mountStep(resource, when, replica)];
  const call = dnsCall(resource);
  return [
    run(
      `Change the name that clients use for ${resource.name}: put \`endpoint.address\` of the output where ENDPOINT stands${replica === undefined ? '' : `, or the address of ${replica} if it was promoted`}.${resource.dns === undefined ? ` The account file ${context.account.file} names no record for it: fill in zone and name as well, or change the connection setting of the application.` : ''}`,
      call,
      about,
    ),
  ];
}

/** A file system always comes back under a new id. */
export function mountStep({ name }: Resource, when?: string, replica?: string): Step {
  const promoted = replica === undefined ? '' : ` If ${replica} was promoted, mount that, and its root.`;
  return type(
    `Mount the recovered file system wherever ${name} was mounted. Id and path are in \`endpoint\` of the output: AWS Backup restores below a directory aws-backup-restore_… Change them in task definitions, launch templates and /etc/fstab too, or a restart takes the old one.${promoted}`,
    `sudo umount /mnt/${name}; sudo mount -t efs -o tls FILE_SYSTEM_ID:/PATH /mnt/${name}`,
    { resource: name, ...(when !== undefined && { when }) },
  );
}

/** A low TTL: the next change, back home, is to be as fast. */
export function dnsCall({ dns, name }: Resource, value = 'ENDPOINT'): AwsCall {
  return {
    service: 'route53',
    operation: 'ChangeResourceRecordSets',
    input: {
      HostedZoneId: dns?.zone ?? 'HOSTED_ZONE_ID',
      ChangeBatch: {
        Comment: `lifeboat: ${name} was recovered`,
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              Name: dns?.record ?? 'NAME_THAT_CLIENTS_USE',
              Type: 'CNAME',
              TTL: dns?.ttlSeconds ?? 60,
              ResourceRecords: [{ Value: value }],
            },
          },
        ],
      },
    },
  };
}

/** What to ask before anybody says that it is over. */
export function verifySteps(context: Context, resources: readonly Resource[], region: string): Step[] {
  const database = resources.find(({ kind }) => kind !== 'efs');
  return [
    ...ownQuestions(resources),
    check(
      'Open the application as a user does. Do one thing that writes. Find it again after a reload. If it fails, stop: it is not recovered.',
    ),
    ...(database === undefined ? [] : [clientsCame(context, database, region)]),
    check(
      'Compare `loses.after` of each output with what was announced above. If more is lost than announced, say so now.',
    ),
  ];
}

function clientsCame(context: Context, database: Resource, region: string): Step {
  const call = clientsCall(context, { ...database, id: 'RECOVERED_NAME' }, region);
  return check('See that clients have come: give the name of each recovered database, and the time of now.', call);
}

/**
 * The policy's own questions: what the drills ask, asked once more by a person from where the application runs. `expected` says
 * of when the data is.
 */
export function ownQuestions(resources: readonly Resource[], expected = '`loses.after`'): Step[] {
  return resources.flatMap((resource) => ownQuestion(resource, expected));
}

function ownQuestion({ name, kind, checks }: Resource, expected: string): Step[] {
  if (checks.of === 'files') {
    const [path = ''] = checks.mustExist;
    const what = path === '' ? 'a file that you know' : path;
    return [
      type(`Look for ${what} on ${name}, from a machine of the application.`, `ls -l /mnt/${name}/${path}`, {
        resource: name,
      }),
    ];
  }
  const recent = checks.assertions.find(({ bounds }) => bounds.some(({ is }) => is === 'no_older_than'));
  const assertion = recent ?? checks.assertions[0];
  if (assertion === undefined) {
    return [
      check(
        `Read something that you know from ${name}: ${kindWords[kind].one} without checks of its own is proven by nobody else.`,
        undefined,
        { resource: name },
      ),
    ];
  }
  return [
    type(
      `Ask ${name} what its drills ask (“${assertion.name}”). The answer has to be what you expect of ${recent === undefined ? 'it' : expected}.`,
      `psql "host=ENDPOINT dbname=${checks.database ?? 'DATABASE'} user=MASTER sslmode=verify-full sslrootcert=global-bundle.pem" -c ${JSON.stringify(assertion.sql)}`,
      { resource: name },
    ),
  ];
}
