/**
 * Amazon States Language with JSONata: a definition, an input, a clock and a function that answers tasks go in;
 * status, output, error, cause and history come out. `docs/states-language.md` says what is supported.
 */
export { type Execution, NotRedrivable, start } from './execution.ts';
export type { HistoryEvent } from './history.ts';
export type { CallbackAnswer, ExecutionInfo, Host, Outcome, Status, TaskRequest } from './host.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { load } from './load.ts';
export type { Machine } from './machine.ts';
export { DefinitionRefused, type Refusal, type Resolve } from './refusals.ts';
