import {
  type ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { required, type Seam } from '../platform/seam.ts';

/** Where a row lives: its partition and its place in it. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * What every row has. `version` counts its writes and is what a replacement is conditional on. A row with `dueShard`
 * and `dueAt` (ISO 8601, UTC, milliseconds) stands in the index of things to look at.
 */
export interface Row extends Key {
  readonly version: number;
  readonly dueShard?: string;
  readonly dueAt?: string;
}

/** A row before it is written: the ledger counts its versions. */
export type Draft<R extends Row> = Omit<R, 'version'>;

/**
 * The small mutable state of one Region, over one DynamoDB table. Six verbs, no rules. Every write is conditional, so
 * two writers never undo each other: the loser is told `false` and looks again.
 */
export interface Ledger {
  /** The row as it is now (consistent read). */
  get<R extends Row>(key: Key): Promise<R | undefined>;
  /** All rows of a partition whose `sk` begins with `prefix`, in its order (consistent read, every page). */
  list<R extends Row>(pk: string, prefix?: string): Promise<R[]>;
  /** Up to `limit` rows of a shard that are due at `until`, the oldest first (eventually consistent). */
  due<R extends Row>(shard: string, until: string, limit: number): Promise<R[]>;
  /** Writes a new row. `false`: there is one already. */
  create<R extends Row>(row: Draft<R>): Promise<boolean>;
  /** Writes over the row that was read. `false`: somebody else wrote or removed it since. */
  replace<R extends Row>(row: R): Promise<boolean>;
  /** Removes the row that was read. `false`: somebody else wrote it since, or it is gone. */
  remove(row: Row): Promise<boolean>;
}

/** The ledger of this Region, or of another one when it is named. Reads LEDGER_TABLE. */
export function ledgerOf(seam: Seam, region?: string): Ledger {
  const table = required(seam.environment, 'LEDGER_TABLE');
  const client = seam.client(DynamoDBClient, region === undefined ? {} : { region });

  /**
   * The SDK may repeat a write whose answer was lost, and then be told that its own write stands in the way. The
   * writer's mark tells that case from a true loss.
   */
  const put = async (row: Row, condition: string, values: Record<string, unknown>): Promise<boolean> => {
    const writer = seam.chance.uuid();
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: marshall({ ...row, writer }, { removeUndefinedValues: true }),
          ConditionExpression: condition,
          ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshall(values) }),
          ExpressionAttributeNames: condition.includes('#version') ? { '#version': 'version' } : undefined,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return true;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      return error.Item?.writer?.S === writer;
    }
  };

  return {
    get: async <R extends Row>({ pk, sk }: Key) => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : rowOf<R>(Item);
    },
    list: async <R extends Row>(pk: string, prefix?: string) => {
      const rows: R[] = [];
      let from: QueryCommand['input']['ExclusiveStartKey'];
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': { S: pk }, ...(prefix !== undefined && { ':prefix': { S: prefix } }) },
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        for (const item of page.Items ?? []) rows.push(rowOf<R>(item));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return rows;
    },
    due: async <R extends Row>(shard: string, until: string, limit: number) => {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'due',
          KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
          ExpressionAttributeValues: { ':shard': { S: shard }, ':until': { S: until } },
          Limit: limit,
        }),
      );
      return (page.Items ?? []).map((item) => rowOf<R>(item));
    },
    create: (row) => put({ ...row, version: 1 } as Row, 'attribute_not_exists(pk)', {}),
    replace: (row) => put({ ...row, version: row.version + 1 }, '#version = :seen', { ':seen': row.version }),
    remove: async (row) => {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: table,
            Key: { pk: { S: row.pk }, sk: { S: row.sk } },
            ConditionExpression: '#version = :seen',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: marshall({ ':seen': row.version }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

function rowOf<R extends Row>(item: Parameters<typeof unmarshall>[0]): R {
  const { writer: _, ...row } = unmarshall(item);
  return row as unknown as R;
}

function isConditionFailure(error: unknown): error is ConditionalCheckFailedException {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
