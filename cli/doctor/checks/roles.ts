import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { nameOf } from '../../../functions/platform/errors.ts';
import { trusts } from '../../../functions/watch/check-rules.ts';
import type { Check, Trouble } from '../check.ts';
import { revertWords, wantedFor } from '../deployed.ts';

/** Whether each role is there, and lets the service work with it that has to: AWS Backup, Lambda, Step Functions. */
export const roles: Check = {
  name: 'roles',
  rights: ['iam:GetRole', 'lambda:GetFunctionConfiguration', 'states:DescribeStateMachine'],
  ask: async ({ policy, region, part, client, deployed }) => {
    const wanted = wantedFor(policy, part);
    const { account, partition } = await deployed.identity();
    const used = new Map<string, { service: string; by: string }>();
    const backupRole = await deployed.variable('lifeboat-check', 'BACKUP_ROLE_ARN');
    used.set(backupRole, { service: 'backup.amazonaws.com', by: 'AWS Backup' });
    for (const name of wanted.functions) {
      const role = (await deployed.function(name))?.Role;
      if (role !== undefined) used.set(role, { service: 'lambda.amazonaws.com', by: name });
    }
    const sfn = client(SFNClient, { region });
    for (const name of wanted.machines) {
      const stateMachineArn = `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
      const { roleArn } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      if (roleArn !== undefined) used.set(roleArn, { service: 'states.amazonaws.com', by: name });
    }
    const iam = client(IAMClient, { region });
    const asked = await Promise.all(
      [...used].map(async ([role, { service, by }]): Promise<Trouble[]> => {
        const field = role.slice(role.lastIndexOf('/') + 1);
        const document = await iam.send(new GetRoleCommand({ RoleName: field })).then(
          ({ Role }) => decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''),
          (error: unknown) => {
            if (nameOf(error) === 'NoSuchEntityException') return undefined;
            throw error;
          },
        );
        if (document !== undefined && trusts(document, service)) return [];
        const words =
          document === undefined
            ? `the role is gone: ${by} can do nothing`
            : `the role no longer trusts ${service}: ${by} can do nothing`;
        return [{ field, words, mend: revertWords(region) }];
      }),
    );
    return asked.flat();
  },
};
