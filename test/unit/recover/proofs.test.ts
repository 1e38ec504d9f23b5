import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { proofReader } from '../../../functions/recover/proofs.ts';
import { environment, worldAt } from '../drill/function.ts';
import { account, copyRegion, home, orders, policyOf } from '../watch-world.ts';

const dynamodb = mockClient(DynamoDBClient);
beforeEach(() => {
  dynamodb.reset();
});

test('the last drill of older data counts beside the newest proof: the point of that one may be lost', async () => {
  const of = (day: string) => ({
    recoveryPoint: `point of ${day}`,
    instant: `2026-03-${day}T00:32:00.000Z`,
    provenAt: '2026-03-05T05:00:00.000Z',
  });
  const strings = (members: Record<string, string>) =>
    Object.fromEntries(Object.entries(members).map(([name, S]) => [name, { S }]));
  dynamodb
    .on(GetItemCommand)
    .resolves({ Item: { ...strings(of('04')), older: { M: strings(of('03')) }, version: { N: '2' } } });
  const { seam } = worldAt('2026-03-05T12:00:00.000Z', { environment });
  const here = { account, partition: 'aws', region: copyRegion, part: 'copy', home } as const;
  const proofs = proofReader(seam, here, policyOf());
  expect(await proofs(orders, 'gold')).toEqual([
    { ...of('04'), region: copyRegion },
    { ...of('03'), region: copyRegion },
  ]);
});
