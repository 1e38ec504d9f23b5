import { withRetryAndCatch } from '../attempts.ts';
import { type Catcher, readCatch } from '../catch.ts';
import { QueryFailure } from '../errors.ts';
import type { Evaluate } from '../expression.ts';
import { objectAt, onlyFields, readNext, readOutputAndAssign } from '../fields.ts';
import { type JsonObject, type JsonValue, typeName } from '../json.ts';
import { inlineMapConcurrency, longestSeconds } from '../limits.ts';
import type { StateScope, Transition } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import { canBeResumed, newRegion, type RegionKind, runRegion } from '../region.ts';
import { type Retrier, readRetry } from '../retry.ts';
import { type Steps, settled } from '../steps.ts';
import { compileInteger, compileTemplate, compileTyped, ofInput, ofResult } from '../template.ts';
import { bindings, enter, leave, newThread, type Run, type Step, type Thread, withinLimit } from '../thread.ts';

/** Map, inline: one iteration of the item processor for each item; the result is the list of their outputs. */
export interface MapState extends Transition {
  readonly type: 'Map';
  readonly name: string;
  readonly items?: Evaluate;
  readonly itemSelector?: Evaluate;
  readonly maxConcurrency?: Evaluate;
  readonly itemProcessor: StateScope;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

const flow = ['Output', 'Assign', 'Retry', 'Catch', 'Next', 'End'];
const fields = [
  'Type',
  'Comment',
  'QueryLanguage',
  'Items',
  'ItemSelector',
  'MaxConcurrency',
  'ItemProcessor',
  ...flow,
];

export function readMap(
  reading: Reading,
  name: string,
  source: JsonObject,
  path: string,
  readScope: (source: unknown, path: string) => StateScope,
): MapState {
  onlyFields(reading, source, path, fields);
  const place = (field: string) => ({ path: `${path}/${field}`, field, allowed: ofInput });
  return {
    type: 'Map',
    name,
    ...(source.Items !== undefined && { items: compileTyped(reading, source.Items, place('Items'), 'array') }),
    ...(source.ItemSelector !== undefined && {
      itemSelector: compileTemplate(reading, source.ItemSelector, place('ItemSelector')),
    }),
    ...(source.MaxConcurrency !== undefined && {
      maxConcurrency: compileInteger(reading, source.MaxConcurrency, place('MaxConcurrency'), {
        least: 0,
        most: longestSeconds,
      }),
    }),
    itemProcessor: readProcessor(reading, source.ItemProcessor, `${path}/ItemProcessor`, readScope),
    retry: readRetry(reading, source.Retry, `${path}/Retry`),
    catch: readCatch(reading, source.Catch, `${path}/Catch`),
    ...readOutputAndAssign(reading, source, path, '', ofResult),
    ...readNext(reading, source, path),
  };
}

function readProcessor(
  reading: Reading,
  source: unknown,
  path: string,
  readScope: (source: unknown, path: string) => StateScope,
): StateScope {
  const { ProcessorConfig: config = {}, ...scope } = objectAt(reading, source, path);
  const settings = objectAt(reading, config, `${path}/ProcessorConfig`);
  const { Mode: mode = 'INLINE', ...rest } = settings;
  if (mode !== 'INLINE') {
    reading.refuse(
      `${path}/ProcessorConfig/Mode`,
      String(mode),
      'the Distributed Map is not supported; only INLINE is',
    );
  } else {
    onlyFields(reading, rest, `${path}/ProcessorConfig`, ['Mode']);
  }
  return readScope(scope, path);
}

export function* runMap(run: Run, thread: Thread, state: MapState): Steps<Step> {
  enter(run, thread, state);
  const givenUp = (): void => {
    thread.lastEventId = run.history.add('MapStateFailed', thread.lastEventId);
  };
  return yield* withRetryAndCatch(run, thread, state, () => attempt(run, thread, state), givenUp);
}

function* attempt(run: Run, thread: Thread, state: MapState): Steps<Step> {
  const given = bindings(run, thread);
  const items = state.items === undefined ? thread.input : yield* settled(state.items(given));
  if (!Array.isArray(items)) {
    throw new QueryFailure(`Map state input must be an array but was: ${typeName(items)}`, 'Items');
  }
  const asked = state.maxConcurrency === undefined ? 0 : ((yield* settled(state.maxConcurrency(given))) as number);
  const inputs: JsonValue[] = [];
  for (const [index, value] of items.entries()) {
    const seen = bindings(run, thread, { mapItem: { index, value } });
    inputs.push(state.itemSelector === undefined ? value : yield* settled(state.itemSelector(seen)));
  }

  for (const input of inputs) withinLimit(state.name, input);

  const resumed = thread.resuming ? thread.region : undefined;
  thread.resuming = false;
  if (resumed === undefined) {
    const length = items.length;
    thread.lastEventId = run.history.add('MapStateStarted', thread.lastEventId, 'mapStateStartedEventDetails', {
      length,
    });
  }
  const region = resumed ?? newRegion(items.length);
  thread.region = region;

  const event = (what: 'Started' | 'Succeeded' | 'Failed' | 'Aborted', index: number, previous: number): number =>
    run.history.add(`MapIteration${what}`, previous, `mapIteration${what}EventDetails`, { name: state.name, index });
  const kind: RegionKind = {
    concurrency: asked === 0 ? inlineMapConcurrency : Math.min(asked, inlineMapConcurrency),
    begin: (index) =>
      newThread(state.itemProcessor, inputs[index] as JsonValue, thread.variables, thread.lastEventId, {
        index,
        value: items[index] as JsonValue,
      }),
    started: (index, iteration, previous) => {
      iteration.lastEventId = event('Started', index, previous);
    },
    succeeded: (index, iteration) => event('Succeeded', index, iteration.lastEventId),
    failed: (index, previous) => event('Failed', index, previous),
    aborted: (index, previous) => event('Aborted', index, previous),
  };
  try {
    const result = yield* runRegion(run, thread, region, kind);
    run.history.add('MapStateSucceeded', thread.lastEventId);
    return yield* leave(run, thread, state, state, { ...bindings(run, thread), result }, result);
  } catch (thrown) {
    if (!canBeResumed(thrown)) thread.region = undefined;
    throw thrown;
  }
}
