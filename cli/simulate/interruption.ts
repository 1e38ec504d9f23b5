const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/**
 * Lets somebody stop a long run: `does` is told, sums up what the run has shown until then, and whoever called it still
 * cleans up.
 */
export async function interruptible<Answer>(does: (interrupted: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const signal of signals) process.once(signal, abort);
  try {
    return await does(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, abort);
  }
}
