// Loaded before a simulation (`node --import`): keeps what every role asked of AWS, and the policies that were deployed,
// in a file of its own below the folder that RIGHTS_FOLDER names. The simulation does not know that it is listened to.
import { subscribe } from 'node:diagnostics_channel';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedResource } from '../../../simulator/world/deploy/index.ts';
import type { Trace } from '../../../simulator/world/trace.ts';
import { listener } from './requests.ts';
import type { Tapped } from './tapped.ts';

const stacks = new Map<string, Tapped['stacks'][number]>();
const heard = listener();

subscribe('lifeboat.trace', (trace) => (trace as Trace).listen(heard.hear));
subscribe('lifeboat.deployed', (message) => {
  const { region, stack } = message as { region: string; stack: { resources: Map<string, DeployedResource> } };
  const wanted =
    /^AWS::(IAM::Role|S3::BucketPolicy|SNS::TopicPolicy|SQS::QueuePolicy|KMS::Key|KMS::Alias|Backup::BackupVault|EC2::VPC)$/;
  stacks.set(region, {
    region,
    resources: [...stack.resources].flatMap(([logicalId, { type, id, attributes, properties }]) =>
      wanted.test(type)
        ? [{ logicalId, type, id, arn: String(attributes.Arn ?? attributes.BackupVaultArn ?? id), properties }]
        : [],
    ),
  });
});
process.on('exit', () => {
  if (stacks.size === 0) return;
  const folder = String(process.env.RIGHTS_FOLDER);
  mkdirSync(folder, { recursive: true });
  const tapped: Tapped = { stacks: [...stacks.values()], requests: heard.requests(), calls: heard.calls() };
  writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(tapped));
});
