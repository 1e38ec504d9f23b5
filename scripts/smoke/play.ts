import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { isWhole, verifyBucket } from '../../cli/verify/verify.ts';
import type { Kind } from '../../functions/policy/kind.ts';
import { cleanUp, keptIn } from './clean-up.ts';
import { type Outside, resourceName, tierName, type Wanted } from './outside.ts';

/** What a run has begun, so that it can be taken back whatever happens. Written before the call that makes it. */
export interface Begun {
  readonly stacks: { region: string; part: 'home' | 'copy' }[];
  readonly kinds: Kind[];
  readonly executions: { region: string; arn: string }[];
}

export interface Outcome {
  readonly ok: boolean;
  readonly failures: readonly string[];
  /** What could not be removed, and why. */
  readonly left: readonly string[];
  /** What is kept on purpose, and how it goes. */
  readonly kept: readonly string[];
}

class TooLong extends Error {
  override readonly name = 'TooLong';
}

class Stopped extends Error {
  override readonly name = 'Stopped';
}

const minute = 60_000;

/**
 * Deploys both Regions, makes one resource of each kind, backs each up, drills its copy, verifies the evidence, and takes
 * everything down: also after a failure, a stop, or when its time is over.
 */
export async function play(wanted: Wanted, outside: Outside): Promise<Outcome> {
  const { say } = outside;
  const begun: Begun = { stacks: [], kinds: [], executions: [] };
  const failures: string[] = [];
  const until = outside.now() + wanted.hours * 60 * minute;
  const step = async <Answer>(words: string, work: () => Promise<Answer>): Promise<Answer> => {
    if (outside.stopped()) throw new Stopped('Somebody stopped it.');
    if (outside.now() >= until) throw new TooLong(`The ${wanted.hours} hours are over.`);
    say(`${new Date(outside.now()).toISOString()} ${words}`);
    return work();
  };
  try {
    for (const stack of [
      { region: wanted.copy, part: 'copy' },
      { region: wanted.home, part: 'home' },
    ] as const) {
      begun.stacks.push(stack);
      await step(`deploying ${stack.part} to ${stack.region}`, () => outside.deploy(stack));
    }
    const arns = new Map<Kind, string>();
    for (const kind of wanted.kinds) {
      begun.kinds.push(kind);
      const tags = { 'lifeboat:tier': tierName };
      arns.set(kind, await step(`making one ${kind}`, () => outside.make[kind]({ name: resourceName, tags })));
    }
    for (const [kind, resource] of arns) {
      const ended = await step(`protecting the ${kind}`, () => execute('protect', kind, resource, wanted.home));
      if (ended.status !== 'SUCCEEDED')
        failures.push(`protect of ${kind}: ${ended.status} ${ended.error} ${ended.cause}`);
    }
    await step('telling the copy Region what to expect', () =>
      outside
        .client(LambdaClient, { region: wanted.home })
        .send(new InvokeCommand({ FunctionName: 'lifeboat-reconcile', Payload: Buffer.from('{}') })),
    );
    for (const [kind, resource] of arns) {
      const ended = await step(`drilling the ${kind}'s copy`, () => execute('drill', kind, resource, wanted.copy));
      const trouble = drillTrouble(ended);
      say(`  ${trouble === undefined ? emptyWords(ended) : trouble}`);
      if (trouble !== undefined) failures.push(`drill of ${kind}: ${trouble}`);
    }
    for (const region of [wanted.home, wanted.copy]) {
      const bucket = `lifeboat-evidence-${wanted.account}-${region}`;
      const verified = await step(`verifying ${bucket}`, async () =>
        verifyBucket(await outside.source(bucket), outside.now()),
      );
      say(`  ${verified.records} records, ${verified.chains.length} chains`);
      if (!isWhole(verified)) failures.push(`the evidence in ${bucket} is not whole: npx lifeboat verify ${bucket}`);
    }
  } catch (error) {
    failures.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
  say(`${new Date(outside.now()).toISOString()} taking everything down`);
  const left = await cleanUp(wanted, begun, outside);
  const kept = begun.stacks.flatMap(({ region }) => keptIn(region, wanted.account));
  return { ok: failures.length === 0 && left.length === 0, failures, left, kept };

  async function execute(machine: 'protect' | 'drill', kind: Kind, resource: string, region: string): Promise<Ended> {
    const sfn = outside.client(SFNClient, { region });
    const name = `smoke-${kind}-${Math.floor(until / 1000)}`;
    const stateMachineArn = `arn:aws:states:${region}:${wanted.account}:stateMachine:lifeboat-${machine}`;
    const arn = `arn:aws:states:${region}:${wanted.account}:execution:lifeboat-${machine}:${name}`;
    begun.executions.push({ region, arn });
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ resource }) }));
    for (;;) {
      const told = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
      if (told.status !== 'RUNNING') {
        begun.executions.splice(0, begun.executions.length, ...begun.executions.filter((one) => one.arn !== arn));
        return { status: told.status ?? 'UNKNOWN', error: told.error ?? '', cause: told.cause ?? '' };
      }
      if (outside.now() >= until) throw new TooLong(`${arn} still ran when the ${wanted.hours} hours were over.`);
      await outside.sleep(minute);
    }
  }
}

interface Ended {
  readonly status: string;
  readonly error: string;
  readonly cause: string;
}

/** What a drill says of a resource in which there is nothing. Any other end than these is a failure. */
const empty = /the restored (database holds no table|file system holds no file)/;

/**
 * The resources are new and empty, so their drills do not pass: there is no data that could. What has to hold is that each
 * was restored, reached, asked and taken down, and found empty.
 */
export function drillTrouble({ status, error, cause }: Ended): string | undefined {
  if (status === 'SUCCEEDED') return undefined;
  const asked = ['DrillFailed', 'DrillSuspect', 'DrillNotTested'].includes(error);
  const { trouble, scratch, because = [] } = causeOf(cause);
  if (asked && trouble === undefined && scratch === undefined && empty.test(because.join(' '))) return undefined;
  return `${status} ${error} ${cause}`;
}

function emptyWords({ status, cause }: Ended): string {
  return status === 'SUCCEEDED'
    ? 'it passed'
    : `restored, asked and taken down, and as empty as it was made: ${causeOf(cause).because?.join('; ')}`;
}

function causeOf(cause: string): { trouble?: string; scratch?: string; because?: string[] } {
  try {
    const { trouble, scratch, because } = JSON.parse(cause) as Record<string, unknown>;
    return {
      ...(typeof trouble === 'string' && { trouble }),
      ...(typeof scratch === 'string' && { scratch }),
      ...(Array.isArray(because) && { because: because.map(String) }),
    };
  } catch {
    return { trouble: cause };
  }
}
