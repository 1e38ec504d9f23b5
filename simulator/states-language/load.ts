import { objectAt, onlyFields, stringAt } from './fields.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { definitionBytes, longestSeconds, nameCharacters } from './limits.ts';
import type { Machine, State, StateScope } from './machine.ts';
import { DefinitionRefused, newReading, type Reading, type Resolve } from './refusals.ts';
import { readers } from './states/all.ts';

/**
 * Reads a definition: JSON text or the parsed value. `resolve` gives the values of references to the deployment
 * template that stand in it. Throws DefinitionRefused with everything that is wrong or not supported.
 */
export function load(definition: unknown, resolve?: Resolve): Machine {
  const reading = newReading();
  const source = objectAt(reading, resolved(reading, parsed(reading, definition), '', resolve), '/');
  onlyFields(reading, source, '/', ['StartAt', 'States', 'Comment', 'QueryLanguage', 'TimeoutSeconds', 'Version']);
  if (source.QueryLanguage !== 'JSONata') {
    const said =
      source.QueryLanguage === undefined ? 'nothing, which means JSONPath' : JSON.stringify(source.QueryLanguage);
    reading.refuse('/QueryLanguage', said, 'only "QueryLanguage": "JSONata" is supported');
  }
  if (source.Version !== undefined && source.Version !== '1.0') {
    reading.refuse('/Version', JSON.stringify(source.Version), 'the only version of the language is "1.0"');
  }
  const timeout = source.TimeoutSeconds;
  if (
    timeout !== undefined &&
    !(typeof timeout === 'number' && Number.isInteger(timeout) && timeout >= 1 && timeout <= longestSeconds)
  ) {
    reading.refuse('/TimeoutSeconds', JSON.stringify(timeout), `must be a whole number from 1 to ${longestSeconds}`);
  }
  if (Buffer.byteLength(JSON.stringify(source)) > definitionBytes) {
    reading.refuse('/', 'the definition', `is larger than ${definitionBytes} bytes`);
  }
  const scope = readScope(reading, source, '', new Set());
  if (reading.refusals.length > 0) throw new DefinitionRefused(reading.refusals);
  return {
    ...scope,
    definition: source,
    ...(typeof source.Comment === 'string' && { comment: source.Comment }),
    ...(typeof timeout === 'number' && { timeoutSeconds: timeout }),
  };
}

function parsed(reading: Reading, definition: unknown): unknown {
  if (typeof definition !== 'string') return definition;
  try {
    return JSON.parse(definition);
  } catch (error) {
    reading.refuse('/', 'the definition', `is not JSON: ${(error as Error).message}`);
    return {};
  }
}

/** The same JSON with every `{"Ref": …}` and `{"Fn::…": …}` replaced by what it stands for. */
function resolved(reading: Reading, source: unknown, path: string, resolve: Resolve | undefined): unknown {
  if (Array.isArray(source)) return source.map((item, index) => resolved(reading, item, `${path}[${index}]`, resolve));
  if (!isObject(source)) return source;
  const [key, ...others] = Object.keys(source);
  if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
    const value = resolve?.(source);
    if (value === undefined)
      reading.refuse(path, JSON.stringify(source), 'refers to the deployment template, and nothing here resolves it');
    return value ?? '';
  }
  return Object.fromEntries(
    Object.entries(source).map(([name, value]) => [name, resolved(reading, value, `${path}/${name}`, resolve)]),
  );
}

/** `outer` holds the variables that the scopes around this one assign. */
function readScope(reading: Reading, source: unknown, path: string, outer: ReadonlySet<string>): StateScope {
  const fields = objectAt(reading, source, path);
  if (path !== '') onlyFields(reading, fields, path, ['StartAt', 'States', 'Comment', 'QueryLanguage']);
  refuseQueryLanguage(reading, fields, path);
  const entries = Object.entries(objectAt(reading, fields.States, `${path}/States`));
  const assigned = new Set(outer);
  for (const [name, state] of entries) {
    for (const { variable, at } of assignments(state, `${path}/States/${name}`)) {
      if (outer.has(variable)) {
        reading.refuse(
          at,
          variable,
          'is assigned in an outer scope already; give the inner variable a name of its own',
        );
      }
      assigned.add(variable);
    }
  }
  const states = new Map<string, State>();
  for (const [name, state] of entries) {
    const read = readState(reading, name, state, `${path}/States/${name}`, assigned);
    if (read !== undefined) states.set(name, read);
  }
  const startAt = stringAt(reading, fields.StartAt, `${path}/StartAt`);
  refuseLooseEnds(reading, path, startAt, entries, states);
  return { startAt, states };
}

function refuseQueryLanguage(reading: Reading, fields: JsonObject, path: string): void {
  if (path !== '' && fields.QueryLanguage !== undefined && fields.QueryLanguage !== 'JSONata') {
    reading.refuse(`${path}/QueryLanguage`, JSON.stringify(fields.QueryLanguage), 'only JSONata is supported');
  }
}

function readState(
  reading: Reading,
  name: string,
  source: unknown,
  path: string,
  assigned: ReadonlySet<string>,
): State | undefined {
  if ([...name].length > nameCharacters)
    reading.refuse(path, name, `a state's name has at most ${nameCharacters} characters`);
  const before = reading.stateNames.get(name);
  if (before !== undefined)
    reading.refuse(path, name, `names must be unique in the whole machine, and ${before} has this one`);
  reading.stateNames.set(name, path);
  const fields = objectAt(reading, source, path);
  refuseQueryLanguage(reading, fields, path);
  const type = fields.Type;
  if (typeof type !== 'string' || !Object.hasOwn(readers, type)) {
    reading.refuse(
      `${path}/Type`,
      JSON.stringify(type) ?? 'nothing',
      `is not a type of state; there are ${Object.keys(readers).join(', ')}`,
    );
    return undefined;
  }
  return readers[type as State['type']](reading, name, fields, path, (inner, at) =>
    readScope(reading, inner, at, assigned),
  );
}

/** The variables that a state assigns itself, by its own Assign or one of a Choice rule or a Catch. */
function assignments(state: unknown, path: string): { variable: string; at: string }[] {
  if (!isObject(state)) return [];
  const of = (holder: JsonValue | undefined, at: string): { variable: string; at: string }[] =>
    isObject(holder) && isObject(holder.Assign)
      ? Object.keys(holder.Assign).map((variable) => ({ variable, at: `${at}/Assign` }))
      : [];
  const inList = (field: 'Choices' | 'Catch'): { variable: string; at: string }[] => {
    const list = state[field];
    return Array.isArray(list) ? list.flatMap((entry, index) => of(entry, `${path}/${field}[${index}]`)) : [];
  };
  return [...of(state, path), ...inList('Choices'), ...inList('Catch')];
}

/** Where a state can go: its Next or Default, those of its rules, those of its catchers. */
function targets(state: State): { name: string; at: string }[] {
  const own =
    'next' in state && state.next !== undefined
      ? [{ name: state.next, at: state.type === 'Choice' ? 'Default' : 'Next' }]
      : [];
  const rules =
    state.type === 'Choice'
      ? state.choices.map(({ next }, index) => ({ name: next ?? '', at: `Choices[${index}]/Next` }))
      : [];
  const catchers =
    'catch' in state ? state.catch.map(({ next }, index) => ({ name: next ?? '', at: `Catch[${index}]/Next` })) : [];
  return [...own, ...rules, ...catchers];
}

/** Targets that are not there, states that nothing leads to, a scope that cannot end. */
function refuseLooseEnds(
  reading: Reading,
  path: string,
  startAt: string,
  entries: readonly (readonly [string, unknown])[],
  states: ReadonlyMap<string, State>,
): void {
  const names = new Set(entries.map(([name]) => name));
  if (!names.has(startAt)) reading.refuse(`${path}/StartAt`, startAt, 'is not a state of this scope');
  let missing = false;
  for (const state of states.values()) {
    for (const { name, at } of targets(state)) {
      if (names.has(name)) continue;
      missing = true;
      reading.refuse(`${path}/States/${state.name}/${at}`, name, 'is not a state of this scope');
    }
  }
  const reached = new Set<string>();
  const toVisit = [startAt];
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    const state = states.get(name);
    if (state === undefined || reached.has(name)) continue;
    reached.add(name);
    toVisit.push(...targets(state).map((target) => target.name));
  }
  // A state that could not be read has targets that nobody knows: what it leads to is not called unreachable.
  if (states.size !== names.size) return;
  for (const name of states.keys()) {
    if (!reached.has(name)) reading.refuse(`${path}/States/${name}`, name, 'is not reachable: no state leads to it');
  }
  const ends = [...states.values()].some(
    (state) => state.type === 'Fail' || (state.type !== 'Choice' && state.next === undefined),
  );
  if (states.size > 0 && !ends && !missing)
    reading.refuse(`${path}/States`, 'States', 'none of them ends: one needs "End": true or the type Succeed or Fail');
}
