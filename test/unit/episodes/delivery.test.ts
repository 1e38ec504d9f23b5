import { describe, expect, test } from '@jest/globals';
import { NotDelivered, type Publish } from '../../../functions/alert/publish.ts';
import { episodes } from '../../../functions/episodes/episodes.ts';
import { type EpisodeRow, episodeKey } from '../../../functions/ledger/episode.ts';
import { copyRegion, home, orders, regionAt } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';
const trouble = { subject: orders, kind: 'drill' as const, severity: 'page' as const, because: 'it failed', at: start };

/** A Region whose pages go to people and to a pager, of which some are refused. */
function regionWith(refuses: () => readonly string[]) {
  const region = regionAt(start);
  const sent: string[] = [];
  const publish: Publish = async (alert, { had = [], insist = false } = {}) => {
    const receipts = [];
    for (const channel of ['people', 'pagerduty'] as const) {
      if (had.includes(channel)) continue;
      const refused = refuses().includes(channel);
      if (refused && !insist) continue;
      sent.push(`${alert.phase} to ${channel}${refused ? ` through ${copyRegion}` : ''}`);
      receipts.push({ channel, region: refused ? copyRegion : home, at: region.now(), messageId: `${sent.length}` });
    }
    if (had.length + receipts.length === 2) return receipts;
    throw new NotDelivered('SNS did not accept it: Throttled', receipts, { cause: undefined });
  };
  const told = episodes({
    ...region.parts,
    evidence: region.evidence,
    here: region.here,
    escalateAfterSeconds: 1_800,
    publish,
  });
  const rowOf = async () => (await region.ledger.get<EpisodeRow>(episodeKey(orders, 'drill'))) as EpisodeRow;
  return { region, sent, told, rowOf };
}

describe('a page that one of its topics refuses', () => {
  test('goes to the other at once, and to that one alone later, through the peer Region if need be', async () => {
    let refused = ['pagerduty'];
    const { region, sent, told, rowOf } = regionWith(() => refused);
    await told.open(trouble);
    expect(sent).toEqual(['opened to people']);
    expect(await rowOf()).toMatchObject({
      told: 'not yet',
      refusals: { times: 1, since: start, because: 'SNS did not accept it: Throttled' },
      deliveries: [{ message: 'opened', channel: 'people', region: home }],
    });
    region.wait(1);
    expect(await told.settle(await rowOf())).toBe(true);
    expect(sent).toEqual(['opened to people', `opened to pagerduty through ${copyRegion}`]);
    const row = await rowOf();
    expect(row).toMatchObject({ told: 'opened', deliveries: [{}, { channel: 'pagerduty', region: copyRegion }] });
    expect(row.refusals).toBeUndefined();

    refused = [];
    region.wait(5);
    await told.resolve({ subject: orders, kind: 'drill', because: 'one has passed', at: region.now() });
    expect(sent.slice(2)).toEqual(['resolved to people', 'resolved to pagerduty']);
    expect(region.records().at(-1)).toMatchObject({
      content: { deliveries: [{}, { region: copyRegion }, { message: 'resolved' }, { message: 'resolved' }] },
    });
  });
});

describe('a page that is not told yet', () => {
  test('is not put off by whoever sees its trouble again, as often as that may be and whatever his clock says', async () => {
    const { region, told, rowOf } = regionWith(() => ['people', 'pagerduty']);
    await told.open(trouble);
    const { dueAt } = await rowOf();
    for (let times = 0; times < 3; times += 1) {
      region.wait(5);
      expect(await told.open({ ...trouble, at: region.now() })).toBe('extended');
      expect((await rowOf()).dueAt).toBe(dueAt);
    }
  });
});

describe('a ledger that throttles after SNS has accepted a page', () => {
  test('is asked again, so that the page is not sent twice', async () => {
    const { region, sent, told, rowOf } = regionWith(() => []);
    const { replace } = region.ledger;
    let failures = 2;
    region.ledger.replace = async (row) => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('ThrottlingException');
      }
      return replace(row);
    };
    await told.open(trouble);
    region.wait(3);
    await told.settle(await rowOf());
    expect(failures).toBe(0);
    expect(sent).toEqual(['opened to people', 'opened to pagerduty']);
  });
});
