import { refusalOf } from './operator.ts';
import type { Play } from './play.ts';

/** One way to get at a resource that a runbook gives up, and why it led nowhere. */
export interface Try {
  readonly what: string;
  /** Undefined: it led somewhere. */
  readonly refused: string | undefined;
}

/** Tries every way that the account ever had: what stands there, the points of each Region, and lifeboat-recover. */
export async function tryAll(play: Play): Promise<Map<string, readonly Try[]>> {
  const { application, context, operator, scene } = play;
  const found = new Map<string, readonly Try[]>();
  for (const { name, arn = '' } of context.resources) {
    const tries: Try[] = [{ what: 'the application connects', refused: application.refusal(name) }];
    for (const { name: region } of scene.account.regions) {
      const ways = [
        { what: `lifeboat-recover in ${region}`, ask: () => operator.start(region, 'recover', { resource: arn }) },
        {
          what: `the points in ${region}`,
          ask: () => operator.ask(region, 'Backup', 'ListRecoveryPointsByResource', { ResourceArn: arn }),
        },
      ];
      for (const { what, ask } of ways) {
        try {
          await ask();
          tries.push({ what, refused: undefined });
        } catch (error) {
          tries.push({ what, refused: refusalOf(error) });
        }
      }
    }
    found.set(name, tries);
  }
  return found;
}
