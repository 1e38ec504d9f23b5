import type { Json } from '../../unit/fuzz/mutations.ts';
import { fuzz, writesOf } from './functions.ts';
import { judge } from './judge.ts';
import type { Sample, Stage } from './world.ts';

/** What was refused is refused by then; what goes on has been let in. */
const patience = 90_000;

/** What a person may paste into the console, as the Comments of the machines and the documents have it. */
export function written(machines: readonly Sample[]): Sample[] {
  const shop = 'arn:aws:rds:eu-central-1:123456789012:db:shop';
  const more: readonly (readonly [string, Json])[] = [
    ['protect', { resource: shop }],
    ['drill', { resource: shop, point: 'arn:aws:backup:eu-west-1:123456789012:recovery-point:none' }],
    ['drill', { resource: shop, instant: '2026-01-05T08:00:00Z' }],
    ['fleet', { workflow: 'drill', tier: 'databases', scheduledAt: '2026-01-05T12:00:00Z' }],
    ['silence', { resource: 'pipeline', until: 'now', because: 'it is over' }],
    ['recover', {}],
    ['recover', { Comment: 'Insert your JSON here' }],
  ];
  const regions = [...new Set(machines.map(({ region }) => region))];
  const known = new Set(machines.map(({ region, name }) => `${region} ${name}`));
  return [
    ...machines,
    ...regions.flatMap((region) =>
      more.flatMap(([machine, input]): Sample[] => {
        const name = `lifeboat-${machine}`;
        return known.has(`${region} ${name}`) ? [{ region, name, input }] : [];
      }),
    ),
  ];
}

/** What is wrong with how a machine takes edited inputs. What it lets in is stopped again. */
export function fuzzMachine(stage: Stage, sample: Sample, times: number): Promise<string[]> {
  return fuzz(sample, times, async (input) => {
    const once = () => start(stage, { ...sample, input });
    const trouble = await once();
    // A function of an execution that was stopped runs to its end. It does not do so twice.
    return trouble?.includes(' after ') === true ? once() : trouble;
  });
}

async function start(stage: Stage, { region: name, name: machine, input }: Sample): Promise<string | undefined> {
  const { world, account } = stage;
  const region = account.region(name);
  const caller = { kind: 'operator', name: 'somebody', region: name } as const;
  const ask = async (operation: string, asked: object): Promise<Record<string, unknown>> => {
    let answer: Record<string, unknown> | undefined;
    const answered = (said: unknown) => {
      answer = said as Record<string, unknown>;
    };
    void region
      .request(caller, 'SFN', operation, asked)
      .then(answered, (error: Error) => answered({ refused: `${error.name}: ${error.message}` }));
    while (answer === undefined) await world.run(world.now() + 100);
    return answer;
  };
  stage.calls();
  const { executionArn, refused } = await ask('StartExecution', {
    stateMachineArn: `arn:aws:states:${name}:${account.id}:stateMachine:${machine}`,
    input: JSON.stringify(input),
  });
  if (refused !== undefined) return `Step Functions did not start it: ${String(refused)}`;
  const until = world.now() + patience;
  let told: Record<string, unknown> = {};
  do {
    await world.run(world.now() + 1_000);
    told = await ask('DescribeExecution', { executionArn });
  } while (told.status === 'RUNNING' && world.now() < until);
  const writes = writesOf(stage.calls(), machine, name);
  if (told.status === 'RUNNING') {
    await ask('StopExecution', { executionArn, cause: 'it was let in' });
    return undefined;
  }
  if (told.status !== 'FAILED') return undefined;
  const { error, cause } = told as { error?: string; cause?: string };
  return judge({ is: 'refused', error: error ?? 'nothing', words: wordsOf(cause ?? ''), writes });
}

/** The words for people in a cause: Lambda's own wrap the message. */
function wordsOf(cause: string): string {
  try {
    return String((JSON.parse(cause) as { errorMessage?: unknown }).errorMessage ?? cause);
  } catch {
    return cause;
  }
}
