import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../functions/episodes/silence.ts';
import { episodeKey } from '../../../functions/ledger/episode.ts';
import type { JsonObject, JsonValue } from '../../../simulator/states-language/index.ts';
import { environment, ledgerTable, worldAt } from '../drill/function.ts';
import { shipped } from '../states-language/shipped.ts';
import { run } from '../states-language/world.ts';
import { orders } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';

/** Runs lifeboat-silence with its real function, over a ledger in which a drill of orders has not passed. */
async function silence(input: JsonValue) {
  const table = ledgerTable();
  table.put({
    ...episodeKey(orders, 'drill'),
    subject: orders,
    kind: 'drill',
    status: 'open',
    severity: 'page',
    because: 'the drill did not pass',
    facts: {},
    openedAt: start,
    told: 'opened',
    evidence: 'not yet',
  });
  const more = { HOME_REGION: 'eu-central-1', LIFEBOAT_PART: 'copy' };
  const world = worldAt(start, { environment: { ...environment, ...more } });
  const failures: string[] = [];
  const ran = await run(shipped('silence'), input, {
    answer: (request) => {
      const { Payload } = request.arguments as { Payload: JsonObject };
      world.invoke<JsonValue>(handler, Payload).then(
        (answer) => request.answered({ StatusCode: 200, Payload: answer }),
        (error: Error) => {
          failures.push(error.message);
          request.failed(error.name, error.message);
        },
      );
    },
  });
  for (let turns = 0; ran.outcomes.length === 0 && turns < 50; turns += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    await ran.pass(1);
  }
  return { outcome: ran.outcomes[0], failures };
}

describe('lifeboat-silence', () => {
  test.each<[string, JsonValue]>([
    ['nothing', {}],
    ['what the console proposes', { Comment: 'Insert your JSON here' }],
  ])('started with %s changes nothing, and answers what is open', async (_, input) => {
    expect((await silence(input)).outcome).toMatchObject({
      status: 'SUCCEEDED',
      output: { open: [{ resource: orders, kind: 'drill', told: true }], silences: [] },
    });
  });

  test.each<[string, JsonValue, string]>([
    ['a member that is misspelt', { resource: orders, untill: '2026-03-02T08:00Z', because: 'x' }, 'untill'],
    ['no end', { resource: orders, because: 'Ada mends it' }, 'A silence has an end'],
  ])('fails at once with the mend when its input has %s', async (_, input, words) => {
    const { outcome, failures } = await silence(input);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'InputRejected' });
    expect(failures).toEqual([expect.stringContaining(words)]);
  });
});
