import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { LambdaHandler } from '../../../functions/platform/lambda.ts';
import type { Facts } from '../../../functions/platform/log.ts';
import type { Environment, Seam } from '../../../functions/platform/seam.ts';

type Item = Record<string, unknown> & { pk: string; sk: string };

/** A table behind the real ledger code: conditional writes, and queries by partition and prefix. */
export function ledgerTable() {
  const items = new Map<string, Item>();
  const name = ({ pk, sk }: { pk: string; sk: string }) => `${pk}\n${sk}`;
  const keyOf = (key: Record<string, unknown> | undefined) => unmarshall(key as never) as Item;
  const refused = (found: Item | undefined) =>
    Object.assign(new Error('The conditional request failed'), {
      name: 'ConditionalCheckFailedException',
      ...(found !== undefined && { Item: marshall(found, { removeUndefinedValues: true }) }),
    });
  const mock = mockClient(DynamoDBClient);
  mock.on(GetItemCommand).callsFake(({ Key }) => {
    const found = items.get(name(keyOf(Key)));
    return found === undefined ? {} : { Item: marshall(found, { removeUndefinedValues: true }) };
  });
  mock.on(PutItemCommand).callsFake(({ Item: written, ConditionExpression, ExpressionAttributeValues }) => {
    const item = keyOf(written);
    const found = items.get(name(item));
    const seen = ExpressionAttributeValues === undefined ? undefined : keyOf(ExpressionAttributeValues)[':seen'];
    const holds = ConditionExpression === '#version = :seen' ? found?.version === seen : found === undefined;
    if (!holds) throw refused(found);
    items.set(name(item), item);
    return {};
  });
  mock.on(DeleteItemCommand).callsFake(({ Key, ExpressionAttributeValues }) => {
    const key = name(keyOf(Key));
    if (items.get(key)?.version !== keyOf(ExpressionAttributeValues)[':seen']) throw refused(items.get(key));
    items.delete(key);
    return {};
  });
  mock.on(QueryCommand).callsFake(({ ExpressionAttributeValues }) => {
    const values = keyOf(ExpressionAttributeValues) as Record<string, unknown>;
    const found = [...items.values()]
      .filter(({ pk, sk }) => pk === values[':pk'] && sk.startsWith(String(values[':prefix'] ?? '')))
      .sort((one, other) => (one.sk < other.sk ? -1 : 1));
    return { Items: found.map((item) => marshall(item, { removeUndefinedValues: true })) };
  });
  return {
    put: (row: object) => {
      const item = { version: 1, ...row } as unknown as Item;
      items.set(name(item), item);
    },
    get: (key: { pk: string; sk: string }) => items.get(name(key)),
    rows: (pk: string) => [...items.values()].filter((item) => item.pk === pk),
    take: (pk: string) => {
      for (const [key, item] of items) if (item.pk === pk) items.delete(key);
    },
    all: () => [...items.values()],
    /** What the steps of an attempt have left that nothing ever takes away. */
    leftForGood: () =>
      [...items.values()].filter(({ pk, expiresAt }) => pk.startsWith('ATTEMPT#') && expiresAt === undefined),
  };
}

export const environment: Environment = {
  ACCOUNT_ID: '111122223333',
  AWS_REGION: 'eu-west-1',
  BACKUP_ROLE_ARN: 'arn:aws:iam::111122223333:role/lifeboat-AWSBackup-eu-west-1',
  BACKUP_VAULT: 'lifeboat',
  EVIDENCE_BUCKET: 'lifeboat-evidence',
  LEDGER_TABLE: 'lifeboat-ledger',
  MOUNT_PATH: '/mnt/scratch',
  PASSWORD_KEY_ID: 'alias/lifeboat-scratch-password',
  PROBE_DATABASE_FUNCTION: 'lifeboat-probe-database',
  PROBE_FILES_FUNCTION: 'lifeboat-probe-files',
  SCRATCH_DB_SUBNET_GROUP: 'lifeboat-scratch',
  SCRATCH_SECURITY_GROUP_ID: 'sg-scratch',
  SCRATCH_SUBNET_IDS: 'subnet-a,subnet-b',
};

/** A world whose clock stands still until the test moves it. */
export function worldAt(instant: string, more: Partial<Seam> = {}) {
  let now = Date.parse(instant);
  let uuids = 0;
  const logged: string[] = [];
  const line = (words: string, facts?: Facts) => logged.push(JSON.stringify({ words, ...facts }));
  const seam: Seam = {
    environment,
    clock: { now: () => new Date(now) },
    chance: { number: () => 0.5, uuid: () => `uuid-${++uuids}` },
    client: (Client, options) => new Client({ region: options?.region ?? 'eu-west-1', maxAttempts: 1 }),
    log: { info: line, warn: line, error: line },
    dial: () => {
      throw new Error('nobody dials here');
    },
    mount: (path) => path,
    ...more,
  };
  return {
    seam,
    logged,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    now: () => new Date(now),
    /** Starts a function and invokes it once. */
    invoke: <Answer>(handler: LambdaHandler, event: unknown, remainingMilliseconds = 900_000): Promise<Answer> =>
      handler.start(seam)(event, {
        awsRequestId: 'request',
        getRemainingTimeInMillis: () => remainingMilliseconds,
      }) as Promise<Answer>,
  };
}

/** An error as an AWS service answers it. */
export function awsError(name: string, more: object = {}): Error {
  return Object.assign(new Error(`${name}: as AWS says it`), { name, $fault: 'client', ...more });
}
