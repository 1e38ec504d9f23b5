import { readFileSync } from 'node:fs';
import type { JsonObject, JsonValue, TaskRequest } from '../../../simulator/states-language/index.ts';
import { run, type World } from './world.ts';

/** What a function answers to one call. A callback's function that says `never` leaves its task waiting. */
export type Says = { readonly value: JsonValue } | { readonly error: string; readonly cause?: string };

export interface Played {
  /** The functions in the order in which they were called, each time with its payload. */
  readonly calls: readonly { readonly name: string; readonly payload: JsonObject }[];
  readonly world: World;
  /** Lets time pass until the execution has ended once more. */
  untilItEnds(): Promise<void>;
}

/** A machine of `statemachines/`, with the functions by their keys, where the deployment puts their ARNs. */
export function shipped(name: string): unknown {
  const text = readFileSync(new URL(`../../../statemachines/${name}.asl.json`, import.meta.url), 'utf8');
  return JSON.parse(text, (_key, value) => (value?.['Fn::GetAtt'] === undefined ? value : value['Fn::GetAtt'][0]));
}

/** Runs a shipped machine to its end. `says` is asked what each call of a function answers. */
export async function play(
  name: string,
  says: (name: string, payload: JsonObject) => Says,
  input: JsonValue = {},
): Promise<Played> {
  const calls: { name: string; payload: JsonObject }[] = [];
  const callbacks: { token: string; output: JsonValue }[] = [];
  const answer = (request: TaskRequest) => {
    const { FunctionName, Payload } = request.arguments as { FunctionName: string; Payload: JsonObject };
    calls.push({ name: FunctionName, payload: Payload });
    const said = says(FunctionName, Payload);
    if ('error' in said) {
      request.failed(said.error, said.cause ?? '{"errorMessage":"as the function says it"}');
      return;
    }
    request.answered({ StatusCode: 200, Payload: said.value });
    if (request.taskToken !== undefined && said.value !== 'never') {
      callbacks.push({ token: request.taskToken, output: said.value });
    }
  };
  const world = await run(shipped(name), input, { answer });
  let ended = 0;
  const untilItEnds = async () => {
    while (world.outcomes.length === ended) {
      for (const { token, output } of callbacks.splice(0)) world.execution.succeedTask(token, output);
      await world.pass(5);
    }
    ended = world.outcomes.length;
  };
  await untilItEnds();
  return { calls, world, untilItEnds };
}
