import { QueryFailure } from '../errors.ts';
import { type Evaluate, expressionText } from '../expression.ts';
import { onlyFields, readNext, readOutputAndAssign } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import { longestSeconds, waitDays } from '../limits.ts';
import type { Transition } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import { type Steps, settled } from '../steps.ts';
import { compileInteger, compileTyped, ofInput } from '../template.ts';
import { bindings, enter, leave, type Run, runtimeFailure, type Step, sleep, type Thread } from '../thread.ts';

/** Wait: for so many seconds, or until an instant. An instant that has passed is no wait. */
export interface WaitState extends Transition {
  readonly type: 'Wait';
  readonly name: string;
  readonly seconds?: Evaluate;
  readonly timestamp?: { readonly evaluate: Evaluate; readonly source: string };
}

export function readWait(reading: Reading, name: string, source: JsonObject, path: string): WaitState {
  onlyFields(reading, source, path, [
    'Type',
    'Comment',
    'QueryLanguage',
    'Seconds',
    'Timestamp',
    'Output',
    'Assign',
    'Next',
    'End',
  ]);
  if ((source.Seconds === undefined) === (source.Timestamp === undefined)) {
    reading.refuse(path, 'Seconds and Timestamp', 'a Wait has exactly one of the two');
  }
  if (
    typeof source.Timestamp === 'string' &&
    expressionText(source.Timestamp) === undefined &&
    epoch(source.Timestamp) === undefined
  ) {
    reading.refuse(`${path}/Timestamp`, source.Timestamp, 'String does not match RFC3339 timestamp');
  }
  const place = (field: string) => ({ path: `${path}/${field}`, field, allowed: ofInput });
  return {
    type: 'Wait',
    name,
    ...(source.Seconds !== undefined && {
      seconds: compileInteger(reading, source.Seconds, place('Seconds'), { least: 0, most: longestSeconds }),
    }),
    ...(source.Timestamp !== undefined && {
      timestamp: {
        evaluate: compileTyped(reading, source.Timestamp, place('Timestamp'), 'string'),
        source: expressionText(String(source.Timestamp)) ?? '',
      },
    }),
    ...readOutputAndAssign(reading, source, path, '', ofInput),
    ...readNext(reading, source, path),
  };
}

export function* runWait(run: Run, thread: Thread, state: WaitState): Steps<Step> {
  enter(run, thread, state);
  const given = bindings(run, thread);
  let milliseconds = 0;
  if (state.seconds !== undefined) milliseconds = 1000 * ((yield* settled(state.seconds(given))) as number);
  if (state.timestamp !== undefined) {
    const text = (yield* settled(state.timestamp.evaluate(given))) as string;
    const until = epoch(text);
    if (until === undefined) throw notAnInstant(state.timestamp.source, text);
    milliseconds = Math.max(0, until - run.host.now());
  }
  if (milliseconds > waitDays * 86_400_000) throw runtimeFailure(thread, 'Wait state delay is too long.');
  yield* sleep(run, milliseconds, `wait of ${state.name}`);
  return yield* leave(run, thread, state, state, given, thread.input);
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch of a full ISO 8601 instant with `T` and an offset, the only form that is taken. */
function epoch(text: string): number | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [, , month, day, hour, minute, second] = match.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
  const whole = Date.parse(`${text.slice(0, 19)}${match[8]}`);
  return Number.isNaN(whole) ? undefined : whole + Math.floor(1000 * Number(match[7] ?? 0));
}

function notAnInstant(source: string, text: string): QueryFailure {
  return new QueryFailure(
    `The JSONata expression '${source}' specified for the field 'Timestamp' does not reference a valid ISO-8601 extended offset date-time format string: ${text}`,
    'Timestamp',
  );
}
