/**
 * The machine's own timers and clock, taken before anything replaces the globals. Only the driver of the world, the
 * watchdog over bracketed work and wall-clock figures on standard error may use them.
 */
export const real = {
  setImmediate: globalThis.setImmediate,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  nextTick: process.nextTick,
  Date: globalThis.Date,
  random: Math.random,
  now: () => performance.now(),
} as const;

/** One turn of the real event loop: every promise that is ready has run when it resolves. */
export function turn(): Promise<void> {
  return new Promise(onTurn);
}

/**
 * Every promise that is ready has run when it resolves, and all that these made ready. It costs a tenth of a turn, since
 * nobody asks the operating system anything; what waits for a turn of the loop itself is not carried on by it.
 */
export function settled(): Promise<void> {
  return new Promise(onTick);
}

const onTurn = (resolve: () => void) => void real.setImmediate(resolve);
const onTick = (resolve: () => void) => real.nextTick(resolve);
