import { AwsError, type Region } from '../world/region.ts';

export const operator = { kind: 'operator', name: 'somebody' } as const;

/** A call as somebody makes it in the console. */
export function byHand(region: Region, service: string, operation: string, input: object): Promise<unknown> {
  return region.request({ ...operator, region: region.name }, service, operation, input);
}

/** Time goes on while somebody waits for an answer. What is refused is refused: people live with that. */
export function meanwhile(does: () => Promise<unknown>): void {
  does().catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
  });
}

/** Whether AWS did what somebody asked for. Any other mistake is one of the simulated account, and not swallowed. */
export async function isDone(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
