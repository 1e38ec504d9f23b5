import { real } from '../world/real.ts';

/**
 * The machine's own timers for the data plane: streams and databases do real work while virtual time stands still, so
 * nothing here may wait for a virtual timer.
 */
export const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = real;
