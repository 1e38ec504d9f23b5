import type { Handler } from '../../../functions/platform/lambda.ts';
import type { Facts, Log } from '../../../functions/platform/log.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { running } from '../../world/globals.ts';
import type { Caller, Region } from '../../world/region.ts';
import { clientFactory } from '../../world/sdk.ts';
import type { Actor } from '../../world/world.ts';
import { dialFrom } from './dial.ts';
import type { Version } from './function.ts';
import { mountedPath } from './mount.ts';

/** One invocation while its code runs. */
export interface Running {
  readonly requestId: string;
  readonly actor: Actor;
  /** Called when code that is sealed off makes a call no network carries: it would wait until its timeout. */
  hang(call: string): void;
}

/** One sandbox: it answers one invocation at a time and keeps what its code built. */
export interface ExecutionEnvironment {
  readonly name: string;
  readonly seam: Seam;
  handler: Handler | undefined;
  current: Running | undefined;
  busy: boolean;
  /** Virtual milliseconds; an idle environment is reclaimed after a while. */
  idleSince: number;
  readonly reclaimedAfter: number;
}

/** How long Lambda keeps an idle environment, milliseconds. An assumption. */
const idle = { low: 5 * 60_000, high: 45 * 60_000 };

export function openEnvironment(region: Region, version: Version, number: number): ExecutionEnvironment {
  const { configuration } = version;
  const { world } = region;
  const name = `${region.name}/${configuration.name}`;
  const chance = world.chance.fork(`execution environment ${name} ${number}`);
  const nobody: Caller = { kind: 'function', name: configuration.name, region: region.name, role: configuration.role };
  let calledFor: Running | undefined;
  let caller = nobody;
  const calling = () => {
    const { current } = environment;
    if (current !== calledFor) {
      calledFor = current;
      caller = current === undefined ? nobody : { ...nobody, id: current.requestId };
    }
    const actor = running.getStore() ?? current?.actor;
    return actor === undefined ? { caller } : { caller, actor };
  };
  const variables: Record<string, string> = {
    ...configuration.variables,
    AWS_REGION: region.name,
    AWS_DEFAULT_REGION: region.name,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: version.number,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
    LAMBDA_TASK_ROOT: configuration.taskRoot,
    // In AWS the runtime's own directory, which holds the certificates of RDS's authorities as ca-cert.pem.
    LAMBDA_RUNTIME_DIR: configuration.taskRoot,
  };
  const environment: ExecutionEnvironment = {
    name,
    handler: undefined,
    current: undefined,
    busy: false,
    idleSince: world.now(),
    reclaimedAfter: chance.between(idle.low, idle.high),
    seam: {
      environment: variables,
      clock: { now: () => new Date(world.now() + region.account.clockSkew(name)) },
      chance: { number: () => chance.number(), uuid: () => chance.uuid() },
      client: clientFactory({
        account: region.account,
        region: region.name,
        caller: calling,
        ...(configuration.vpc !== undefined && {
          sealed: (service: string, operation: string) => environment.current?.hang(`${service}.${operation}`),
        }),
      }),
      log: logTo(region, configuration.name, () => calling().actor),
      dial: dialFrom(region, configuration.vpc),
      mount: (path) => mountedPath(region, configuration, path),
    },
  };
  return environment;
}

/** The function's log lines, with the members that Lambda's own log would show. */
function logTo(region: Region, name: string, actor: () => Actor | undefined): Log {
  const line =
    (level: string) =>
    (words: string, facts: Facts = {}) => {
      if (!region.world.trace.wants('log') || actor()?.open === false) return;
      region.world.trace.add({
        kind: 'log',
        at: new Date(region.world.now()).toISOString(),
        caller: `${region.name}/${name}`,
        line: JSON.stringify({ level, words, function: name, ...facts }),
      });
    };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
