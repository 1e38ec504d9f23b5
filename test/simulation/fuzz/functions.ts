import fc from 'fast-check';
import type { CallEntry } from '../../../simulator/world/trace.ts';
import { edited, edits, type Json, runs } from '../../unit/fuzz/mutations.ts';
import { judge, type Outcome } from './judge.ts';
import type { Sample, Stage } from './world.ts';

/** Longer than any function may run. */
const longest = 16 * 60_000;

/** Invokes a function with an input, as EventBridge or an operator could, and lets the world go on until it answers. */
export async function invoke(stage: Stage, { region: name, name: functionName, input }: Sample): Promise<Outcome> {
  const { world, account } = stage;
  stage.calls();
  const region = account.region(name);
  const began = world.now();
  let answer: { FunctionError?: string; Payload: Uint8Array } | undefined;
  void region
    .request({ kind: 'operator', name: 'somebody', region: name }, 'Lambda', 'Invoke', {
      FunctionName: functionName,
      Payload: JSON.stringify(input),
    })
    .then((answered) => {
      answer = answered as typeof answer;
    });
  while (answer === undefined && world.now() < began + longest) await world.run(world.now() + 1_000);
  if (answer === undefined) return { is: 'hung', writes: [] };
  const writes = writesOf(stage.calls(), functionName, name);
  const payload = Buffer.from(answer.Payload).toString('utf8');
  if (answer.FunctionError === undefined) return { is: 'answered', answer: payload, writes };
  const { errorType, errorMessage } = JSON.parse(payload) as { errorType: string; errorMessage: string };
  return { is: 'refused', error: errorType, words: errorMessage, writes };
}

const reads = /^(Describe|Get|List|Query|Head|BatchGet|GenerateMac|Scan)/;

/** What a function had AWS change, one operation after another. */
export function writesOf(calls: readonly CallEntry[], name: string, region: string): string[] {
  return calls.flatMap(({ caller, service, operation, error, input }) =>
    caller.kind === 'function' &&
    caller.name.startsWith(name) &&
    caller.region === region &&
    !reads.test(operation) &&
    error === undefined
      ? [`${service}.${operation}${service === 'DynamoDB' ? ` ${keyOf(input)}` : ''}`]
      : [],
  );
}

function keyOf(input: unknown): string {
  const { Item, Key } = input as { Item?: Record<string, { S?: string }>; Key?: Record<string, { S?: string }> };
  return (Item ?? Key)?.pk?.S?.slice(0, 60) ?? '';
}

/**
 * Asks with edited samples until an answer is wrong, and then for the smallest edits that are answered so: what is wrong,
 * of which input, and the seed. Empty when nothing is.
 */
export async function fuzz(
  sample: Sample,
  times: number,
  ask: (input: Json) => Promise<string | undefined>,
): Promise<string[]> {
  const { numRuns, seed } = runs(times);
  const details = await fc.check(
    fc.asyncProperty(edits, async (all) => {
      const trouble = await ask(edited(sample.input, all));
      if (trouble !== undefined) throw new Error(trouble);
    }),
    { numRuns, seed },
  );
  if (!details.failed) return [];
  const [all = []] = details.counterexample ?? [];
  const said = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  const input = JSON.stringify(edited(sample.input, all)).slice(0, 700);
  return [`${sample.region} ${sample.name}: ${said}\n  of ${input}\n  seed ${seed}, edits ${JSON.stringify(all)}`];
}

/** What is wrong with how a function answers edited samples. */
export async function fuzzFunction(stage: Stage, sample: Sample, times: number): Promise<string[]> {
  // What a sample was about may be gone by now: AWS's word for that is no fault of the door's.
  const gone = new Set<string>();
  for (let asked = 0; asked < 5; asked += 1) {
    const before = await invoke(stage, sample);
    if (before.is === 'refused') gone.add(before.error);
    await stage.world.run(stage.world.now() + 60_000);
  }
  return fuzz(sample, times, async (input) => {
    const once = async () => judge(await invoke(stage, { ...sample, input }), gone);
    const trouble = await once();
    // The same function may have worked for somebody else at that time. It does not do so twice.
    return trouble?.includes(' after ') === true ? once() : trouble;
  });
}
