import type { Environment, Seam } from '../../../functions/platform/seam.ts';
import { createCloudWatch } from '../../../simulator/services/cloudwatch/index.ts';
import type { Services } from '../../../simulator/services/index.ts';
import { AwsError } from '../../../simulator/world/region.ts';
import { checkInput } from '../../../simulator/world/schema-check.ts';
import type { TestAccount } from '../services/backup-account.ts';

interface Sending {
  send(command: { constructor: { name: string }; input: object }): Promise<unknown>;
}

/**
 * A seam whose clients ask the services of the simulated account directly: checked against the SDK's schemas, without
 * latency. `refuses` names operations that fail, with the error they fail with; `calls` is what was asked.
 */
export function seamOver(
  account: TestAccount,
  region: string,
  environment: Environment = { BACKUP_VAULT: 'lifeboat' },
) {
  const calls: string[] = [];
  const refuses = new Map<string, string | ((input: { readonly BackupVaultName?: string }) => string | undefined)>();
  const { services } = account.account.region(region);
  const made = services as { CloudWatch?: Services['CloudWatch'] };
  made.CloudWatch ??= createCloudWatch(account.account.region(region));
  const client = (Client: new (configuration: object) => unknown) => {
    const made = new Client({ region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }) as Sending;
    const service = Client.name.replace(/Client$/, '');
    made.send = async (command) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      calls.push(`${service}.${operation}`);
      const refused = refuses.get(operation);
      const error = typeof refused === 'function' ? refused(command.input) : refused;
      if (error !== undefined) throw new AwsError(error, `${operation} was refused`);
      checkInput(service, operation, command.input);
      const perform = services[service as keyof Services]?.operations[operation];
      if (perform === undefined) throw new Error(`${service}.${operation} is not modelled.`);
      const caller = { kind: 'operator', name: 'a test', region } as const;
      return perform(command.input as never, { caller, region: account.account.region(region) });
    };
    return made;
  };
  const clock = { now: () => new Date(account.world.now()) };
  return { seam: { environment, client, clock } as unknown as Seam, calls, refuses, now: () => clock.now() };
}
