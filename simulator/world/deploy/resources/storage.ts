import type { KeyAttribute, Keys } from '../../../services/dynamodb/index.ts';
import { NotModelled, type Region } from '../../region.ts';
import { arn, type Kind, type Making } from '../kind.ts';
import type { PropertyReader } from '../properties.ts';
import { isObject } from '../template.ts';

export const storageKinds: Readonly<Record<string, Kind>> = {
  'AWS::DynamoDB::Table': { make: makeTable },
  'AWS::S3::Bucket': { make: makeBucket },
  'AWS::S3::BucketPolicy': {
    make: ({ properties, logicalId }) => {
      properties.without('Bucket', 'PolicyDocument');
      return { id: logicalId, attributes: {} };
    },
    changes: 'no effect',
    remove: () => {},
  },
  'AWS::KMS::Key': {
    make: ({ region, properties, chance }) => {
      properties.without('Description', 'EnableKeyRotation', 'KeyPolicy', 'PendingWindowInDays', 'Tags', 'KeyUsage');
      const id = chance.uuid();
      const spec = properties.optionalText('KeySpec') ?? 'SYMMETRIC_DEFAULT';
      region.services.KMS.createKey({ id, spec });
      return { id, attributes: { Arn: arn(region, 'kms', `key/${id}`), KeyId: id } };
    },
    changes: 'no effect',
  },
  'AWS::KMS::Alias': {
    make: ({ region, properties }) => {
      const alias = properties.text('AliasName');
      region.services.KMS.createAlias(alias, properties.text('TargetKeyId'));
      return { id: alias, attributes: {} };
    },
  },
  'AWS::Backup::BackupVault': {
    make: (making) => {
      const { region, properties } = making;
      properties.without('BackupVaultTags', 'Notifications');
      const lock = properties.optionalInside('LockConfiguration');
      const name = properties.text('BackupVaultName');
      const key = properties.optionalText('EncryptionKeyArn');
      const policy = properties.raw('AccessPolicy');
      ask(region, 'CreateBackupVault', { BackupVaultName: name, ...(key !== undefined && { EncryptionKeyArn: key }) });
      if (policy !== undefined) {
        ask(region, 'PutBackupVaultAccessPolicy', { BackupVaultName: name, Policy: JSON.stringify(policy) });
      }
      if (lock !== undefined) {
        const bounds = ['MinRetentionDays', 'MaxRetentionDays', 'ChangeableForDays'].flatMap((bound) => {
          const days = lock.optionalNumber(bound);
          return days === undefined ? [] : [[bound, days] as const];
        });
        ask(region, 'PutBackupVaultLockConfiguration', { BackupVaultName: name, ...Object.fromEntries(bounds) });
      }
      return {
        id: name,
        attributes: { BackupVaultName: name, BackupVaultArn: arn(region, 'backup', `backup-vault:${name}`) },
      };
    },
    changes: 'no effect',
  },
  'AWS::RDS::DBSubnetGroup': {
    make: ({ region, properties, generatedName }) => {
      properties.without('DBSubnetGroupDescription', 'Tags');
      const name = (properties.optionalText('DBSubnetGroupName') ?? generatedName()).toLowerCase();
      const subnetIds = properties.texts('SubnetIds');
      const vpcId = region.services.EC2.vpcOf(subnetIds[0] ?? '');
      region.services.RDS.addSubnetGroup({ name, subnetIds, ...(vpcId !== undefined && { vpcId }) });
      return { id: name, attributes: {} };
    },
  },
};

function makeTable({ region, properties, generatedName }: Making) {
  properties.without(
    'DeletionProtectionEnabled',
    'PointInTimeRecoverySpecification',
    'SSESpecification',
    'Tags',
    'TableClass',
  );
  const billing = properties.optionalText('BillingMode') ?? 'PROVISIONED';
  if (billing !== 'PAY_PER_REQUEST') throw new NotModelled(`tables of the BillingMode ${billing}`);
  const name = properties.optionalText('TableName') ?? generatedName();
  const types = new Map(
    properties
      .all('AttributeDefinitions')
      .map((one) => [one.text('AttributeName'), one.text('AttributeType')] as const),
  );
  const indexes = properties.all('GlobalSecondaryIndexes').map((index) => {
    const projection = index.inside('Projection');
    const type = projection.text('ProjectionType');
    const included = projection.texts('NonKeyAttributes');
    return {
      name: index.text('IndexName'),
      keys: keysOf(index, types),
      projection: type === 'ALL' ? ('ALL' as const) : included,
    };
  });
  const timeToLive = properties.optionalInside('TimeToLiveSpecification');
  const attribute = timeToLive?.optionalText('AttributeName');
  region.services.DynamoDB.createTable({
    name,
    keys: keysOf(properties, types),
    indexes,
    ...(timeToLive?.flag('Enabled') === true && attribute !== undefined && { timeToLive: attribute }),
  });
  return { id: name, attributes: { Arn: arn(region, 'dynamodb', `table/${name}`) } };
}

function keysOf(properties: PropertyReader, types: ReadonlyMap<string, string>): Keys {
  const keys = properties
    .all('KeySchema')
    .map((key) => ({ name: key.text('AttributeName'), kind: key.text('KeyType') }));
  const attribute = (kind: string): KeyAttribute | undefined => {
    const found = keys.find((key) => key.kind === kind);
    if (found === undefined) return undefined;
    const type = types.get(found.name);
    if (type !== 'S' && type !== 'N' && type !== 'B') {
      throw new Error(`AttributeDefinitions must give the type of the key ${found.name}: S, N or B.`);
    }
    return { name: found.name, type };
  };
  const partition = attribute('HASH');
  const sort = attribute('RANGE');
  if (partition === undefined) throw new Error('A KeySchema needs an attribute of the KeyType HASH.');
  return { partition, ...(sort !== undefined && { sort }) };
}

function makeBucket({ region, properties, generatedName }: Making) {
  properties.without('BucketEncryption', 'PublicAccessBlockConfiguration', 'OwnershipControls', 'Tags');
  const name = properties.optionalText('BucketName') ?? generatedName().toLowerCase();
  const lock = properties.flag('ObjectLockEnabled');
  const retention = properties.raw('ObjectLockConfiguration');
  const rule = isObject(retention) && isObject(retention.Rule) ? retention.Rule.DefaultRetention : undefined;
  const versioned = properties.optionalInside('VersioningConfiguration')?.optionalText('Status') === 'Enabled';
  region.services.S3.createBucket({
    name,
    versioned: versioned || lock,
    objectLock: lock,
    ...(isObject(rule) && { defaultRetention: { mode: String(rule.Mode), days: Number(rule.Days) } }),
  });
  return { id: name, attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: `${name}.s3.amazonaws.com` } };
}

/** A call of CloudFormation itself. It is no part of the story, so it does not go through the door. */
function ask(region: Region, operation: string, input: object): void {
  const perform = region.services.Backup.operations[operation];
  if (perform === undefined) throw new NotModelled(`Backup.${operation}`);
  perform(input as never, {
    caller: { kind: 'service', name: 'cloudformation.amazonaws.com', region: region.name },
    region,
  });
}
