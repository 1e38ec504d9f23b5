import { expect, test } from '@jest/globals';
import { checkInput } from '../../simulator/world/schema-check.ts';
import { refusal } from './services/alone.ts';

const backup = { BackupVaultName: 'lifeboat', ResourceArn: 'arn', IamRoleArn: 'role' };

test.each<[string, string, string, object, string]>([
  [
    'a member that does not exist',
    'Backup',
    'StartBackupJob',
    { ...backup, Retention: 3 },
    'ValidationException: Backup.StartBackupJob: Retention is not a member of StartBackupJobInput',
  ],
  [
    'one inside another',
    'Backup',
    'StartBackupJob',
    { ...backup, Lifecycle: { DeleteAfter: 3 } },
    'ValidationException: Backup.StartBackupJob: Lifecycle.DeleteAfter is not a member of Lifecycle',
  ],
  [
    'a number as a text',
    'Backup',
    'StartBackupJob',
    { ...backup, Lifecycle: { DeleteAfterDays: '3' } },
    'ValidationException: Backup.StartBackupJob: Lifecycle.DeleteAfterDays must be a number, and is a value of type string',
  ],
  [
    'a number in a map of texts',
    'Backup',
    'StartBackupJob',
    { ...backup, RecoveryPointTags: { days: 3 } },
    'ValidationException: Backup.StartBackupJob: RecoveryPointTags.days must be a string, and is a value of type number',
  ],
  [
    'a text as a time',
    'Backup',
    'ListBackupJobs',
    { ByCreatedAfter: '2026-01-05' },
    'ValidationException: Backup.ListBackupJobs: ByCreatedAfter must be a valid Date, and is a value of type string',
  ],
  [
    'two types in one value',
    'DynamoDB',
    'PutItem',
    { TableName: 't', Item: { pk: { S: 'a', N: '1' } } },
    'ValidationException: DynamoDB.PutItem: Item.pk must have exactly one of S, N, B, SS, NS, BS, M, L, NULL, BOOL, and has 2',
  ],
  [
    'a wrong type deep inside',
    'DynamoDB',
    'PutItem',
    { TableName: 't', Item: { l: { L: [{ M: { n: { N: 1 } } }] } } },
    'ValidationException: DynamoDB.PutItem: Item.l.L[0].M.n.N must be a string, and is a value of type number',
  ],
  [
    'a text as a list',
    'ResourceGroupsTaggingAPI',
    'GetResources',
    { ResourceTypeFilters: 'rds:db' },
    'ValidationException: ResourceGroupsTaggingAPI.GetResources: ResourceTypeFilters must be a list, and is a value of type string',
  ],
  [
    'nothing where something is needed',
    'Backup',
    'StartBackupJob',
    { BackupVaultName: 'lifeboat' },
    'MissingParameterValueException: Backup.StartBackupJob: ResourceArn is required',
  ],
  [
    'the same of another service',
    'DynamoDB',
    'GetItem',
    { TableName: 't' },
    'ValidationException: DynamoDB.GetItem: Key is required',
  ],
])('%s is refused, and the message says where', (_, service, operation, input, message) => {
  expect(refusal(() => checkInput(service, operation, input))).toBe(message);
});

test.each<[string, string, object]>([
  ['Backup', 'StartBackupJob', { ...backup, Lifecycle: { DeleteAfterDays: 3 }, RecoveryPointTags: { a: 'b' } }],
  ['Backup', 'ListBackupJobs', { ByCreatedAfter: new Date(0), MaxResults: undefined }],
  ['EFS', 'CreateFileSystem', { Tags: [{ Key: 'a', Value: 'b' }] }],
  ['Lambda', 'Invoke', { FunctionName: 'f', Payload: new Uint8Array(2) }],
  ['S3', 'PutObject', { Bucket: 'b', Key: 'k', Body: 'text', IfNoneMatch: '*' }],
  ['SQS', 'SendMessage', { whatever: 'has no client here' }],
])('%s.%s takes what fits, and makes up a token that is left out', (service, operation, input) => {
  expect(() => checkInput(service, operation, input)).not.toThrow();
});

test('an operation that the client does not have is no mistake of the caller', () => {
  expect(() => checkInput('Backup', 'StartBackup', {})).toThrow('exports no schema for StartBackup');
});
