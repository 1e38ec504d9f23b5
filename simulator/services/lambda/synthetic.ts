import type { Handler } from '../../../functions/platform/lambda.ts';
import type { ProbeAnswer } from '../../data/index.ts';
import type { Region } from '../../world/region.ts';
import { wayTo } from './dial.ts';
import type { Configuration } from './function.ts';

interface Asked {
  readonly connection?: { readonly host: string; readonly port: number };
}

/**
 * What answers in place of a function of the sealed network, where the data plane has no bytes that the function's own
 * code could read. It reaches what the network, the mount and the password let that code reach, and nothing else.
 * Undefined for every other function, and in an account with real data.
 */
export function syntheticProbe(region: Region, { name, vpc, fileSystems }: Configuration): Handler | undefined {
  const { probes } = region.account.data;
  if (probes === undefined || vpc === undefined) return undefined;
  return async (question) => {
    const { connection } = question as Asked;
    const now = new Date(region.world.now()).toISOString();
    if (connection !== undefined) {
      const way = wayTo(region, vpc, connection.host, connection.port);
      return told(
        'database',
        'code' in way ? { refused: way.code } : probes.database(way.endpoint.dataName, question, now),
      );
    }
    const accessPoint = region.services.EFS.accessPoint(fileSystems[0]?.Arn ?? '');
    if (accessPoint === undefined) throw new Error(`The function ${name} mounts nothing.`);
    return told('file system', probes.files(accessPoint.fileSystemId, question, now));
  };
}

function told(what: string, answer: ProbeAnswer): unknown {
  if ('answer' in answer) return answer.answer;
  throw Object.assign(new Error(`The ${what} could not be asked: ${answer.refused}.`), { name: 'ProbeFailed' });
}
