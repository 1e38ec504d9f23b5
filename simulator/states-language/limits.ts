/** Quotas of Standard workflows, from the Step Functions service quotas page. Sizes are bytes of UTF-8. */
export const payloadBytes = 262_144;
export const variableBytes = 262_144;
export const allVariablesBytes = 10 * 1024 * 1024;
export const definitionBytes = 1024 * 1024;
export const historyEvents = 25_000;
export const nameCharacters = 80;
export const inlineMapConcurrency = 40;
/** An execution may run for one year. */
export const executionSeconds = 31_536_000;
/** The longest TimeoutSeconds, HeartbeatSeconds and Seconds, and what a Task without a timeout has. */
export const longestSeconds = 99_999_999;
/** A Wait may end at most this many days ahead (2^31 seconds). */
export const waitDays = 24_855;
export const redriveDays = 14;
