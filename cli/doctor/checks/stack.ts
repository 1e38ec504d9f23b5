import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { nameOf } from '../../../functions/platform/errors.ts';
import { digestIn, policyDigest } from '../../../resources/policy-digest.ts';
import { type Check, NotAskable, type Trouble } from '../check.ts';
import { deployWords, notDeployed, revertWords, wantedFor } from '../deployed.ts';

/** Whether every function, machine and the ledger of serverless.yml stand there and can work. */
export const stack: Check = {
  name: 'stack',
  rights: ['lambda:GetFunctionConfiguration', 'states:DescribeStateMachine', 'dynamodb:DescribeTable'],
  ask: async ({ policy, region, part, client, deployed }) => {
    const wanted = wantedFor(policy, part);
    const deploy = deployWords(policy, region, part);
    const found = await Promise.all(
      wanted.functions.map(async (name) => ({ name, configuration: await deployed.function(name) })),
    );
    const gone = found.filter(({ configuration }) => configuration === undefined).map(({ name }) => name);
    if (gone.length === found.length) {
      return [
        {
          field: `stack in ${region}`,
          words: 'Lifeboat is not deployed here: nothing is done or watched',
          mend: deploy,
        },
      ];
    }
    const troubles: Trouble[] = [];
    // To deploy an unchanged template again does not put back what somebody deleted.
    const deployOrRevert = `${deploy}, or if somebody deleted it by hand: ${revertWords(region)}`;
    if (gone.length > 0) {
      troubles.push({ field: 'functions', words: `not deployed: ${gone.join(', ')}`, mend: deployOrRevert });
    }
    for (const { name, configuration } of found) {
      const state = configuration?.State ?? 'Active';
      if (configuration === undefined || state === 'Active' || state === 'Inactive') continue;
      troubles.push({
        field: name,
        words: `the function is ${state}: ${configuration.StateReason ?? 'Lambda gives no reason'}`,
        mend: deploy,
      });
    }
    const sfn = client(SFNClient, { region });
    const { account, partition } = await deployed.identity();
    for (const name of wanted.machines) {
      const stateMachineArn = `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
      const status = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn })).then(
        (machine) => machine.status,
        (error: unknown) => {
          if (nameOf(error) === 'StateMachineDoesNotExist') return 'not deployed';
          throw error;
        },
      );
      if (status !== 'ACTIVE') troubles.push({ field: name, words: `the machine is ${status}`, mend: deployOrRevert });
    }
    const table = await deployed.variable('lifeboat-check', 'LEDGER_TABLE');
    const status = await client(DynamoDBClient, { region })
      .send(new DescribeTableCommand({ TableName: table }))
      .then(
        ({ Table }) => Table?.TableStatus,
        (error: unknown) => {
          if (nameOf(error) === 'ResourceNotFoundException') return 'gone';
          throw error;
        },
      );
    if (status !== 'ACTIVE') {
      troubles.push({
        field: table,
        words: `the ledger's table is ${status}: nothing is known and nobody is told`,
        mend: status === 'gone' ? revertWords(region) : deploy,
      });
    }
    return troubles;
  },
};

/** Whether the rules that were deployed are the rules that are here. */
export const deployedPolicy: Check = {
  name: 'policy',
  rights: ['lambda:GetFunctionConfiguration'],
  ask: async ({ policy, region, part, deployed }) => {
    const reconcile = await deployed.function('lifeboat-reconcile');
    if (reconcile === undefined) throw notDeployed(policy, region, part);
    const told = digestIn(reconcile.Description);
    if (told === undefined) {
      throw new NotAskable(
        `the function lifeboat-reconcile in ${region} does not say with which policy it was deployed`,
        deployWords(policy, region, part),
      );
    }
    const here = policyDigest(policy);
    if (told === here) return [];
    return [
      {
        field: policy.file,
        words: `deployed were other rules (${told}) than these (${here}): tonight the deployed ones hold`,
        mend: `${deployWords(policy, region, part)}, or name the deployed file with --policy`,
      },
    ];
  },
};
