import { describe, expect, test } from '@jest/globals';
import { askSilence } from '../../../functions/episodes/ask-silence.ts';
import { type ResourceRow, rosterPartition } from '../../../functions/ledger/resource.ts';
import { reconcileAll } from '../../../functions/watch/reconcile-all.ts';
import { home, mail, orders, policyOf, regionAt } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';
const cause = 'Access Denied trying to call AWS Backup service';
const silence = 'until 2026-03-02T10:00Z because the file server is moved';

/** Home, whose reconcile reads tags that a test may change, and the copy Region that it tells. */
function twoRegions() {
  const there = regionAt(start, 'copy');
  const here = regionAt(start, 'home');
  const tags = { 'lifeboat:tier': 'gold' };
  const partsOf = (region: typeof here) => ({
    ...region.parts,
    here: region.here,
    policy: policyOf(),
    ledgerIn: () => there.ledger,
    concluding: { ...region.parts, evidence: region.evidence, describe: async () => undefined },
    tagged: async () => here.aws.tagged as { arn: string; tags: Record<string, string> }[],
    others: async () => new Map(),
    endedBadlySince: async () => [],
    running: async () => new Map(),
  });
  const tag = (more: Record<string, string> = {}) => {
    here.aws.tagged = [
      { arn: mail, tags: { ...tags, Name: 'groupware', ...more } },
      { arn: orders, tags: { ...tags, Name: 'not its name' } },
    ];
  };
  tag();
  return {
    here,
    there,
    tag,
    reconcile: async () => {
      await reconcileAll(partsOf(here), [], () => 900_000);
      await reconcileAll(partsOf(there), [], () => 900_000);
    },
    rowThere: async (arn: string) =>
      (await there.ledger.list<ResourceRow>(rosterPartition)).find(({ resource }) => resource === arn),
  };
}

const late = (subject: string) => ({
  subject,
  kind: 'copy_rpo' as const,
  severity: 'page' as const,
  because: 'the newest copy is too old',
  at: start,
});

describe('with the roster goes', () => {
  test('what people call a resource, so that every Region calls it so', async () => {
    const { here, there, reconcile } = twoRegions();
    await reconcile();
    await here.episodes.open({ ...late(mail), kind: 'rpo' });
    await there.episodes.open(late(orders));
    expect(here.subjects()).toEqual([`PAGE groupware (fs-0123456789abcdef0): recovery points too old (rpo), ${home}`]);
    expect(there.sent[0]).toMatchObject({ name: 'orders', subject: orders });
  });

  test('a silence that a tag at home asks for, for what opens there and for what is open', async () => {
    const { there, tag, reconcile } = twoRegions();
    await reconcile();
    await there.episodes.open({ ...late(mail), kind: 'drill' });
    tag({ 'lifeboat:silence': silence });
    await reconcile();
    await there.episodes.open({ ...late(mail), kind: 'rto' });
    await there.watchFor(3 * 60);
    expect(there.sent.filter(({ subject }) => subject === mail)).toHaveLength(1);
    tag();
    await reconcile();
    await there.watchFor(2);
    expect(
      there.sent
        .filter(({ subject }) => subject === mail)
        .map(({ kind, phase }) => `${phase} ${kind}`)
        .sort(),
    ).toEqual(['escalated drill', 'opened drill', 'opened rto']);
  });

  test('a silence of the console to the copy Regions, and at home it is over when somebody ends it', async () => {
    const { here, reconcile, rowThere } = twoRegions();
    await reconcile();
    const parts = { ledger: here.ledger, evidence: here.evidence, clock: here.parts.clock };
    const asked = (until: string) =>
      askSilence(parts, {
        by: `execution-${until}`,
        startedAt: here.now(),
        input: { resource: mail, until, because: 'the file server is moved' },
      });
    await asked('2026-03-02T10:00Z');
    await here.episodes.open({ ...late(mail), kind: 'drill' });
    await reconcile();
    expect((await rowThere(mail))?.silences).toMatchObject([{ until: '2026-03-02T10:00:00.000Z' }]);
    expect(here.sent).toEqual([]);

    here.wait(5);
    expect(await asked('now')).toMatchObject({ episodes: 1 });
    await here.watchFor(2);
    expect(here.sent).toMatchObject([{ phase: 'opened', kind: 'drill', subject: mail }]);
    await reconcile();
    expect((await rowThere(mail))?.silences).toBeUndefined();
  });

  test('a finding, and no silence, where the tag is not understood', async () => {
    const { here, tag, reconcile } = twoRegions();
    tag({ 'lifeboat:silence': 'for a while' });
    await reconcile();
    expect(here.sent).toMatchObject([{ severity: 'notice', kind: 'finding:silence-not-understood', subject: mail }]);
    tag();
    await reconcile();
    expect(here.sent.at(-1)).toMatchObject({ phase: 'resolved', kind: 'finding:silence-not-understood' });
  });

  test("why home's backup runs fail, while they do: only home hears of it", async () => {
    const { here, reconcile, rowThere } = twoRegions();
    const trouble = { subject: orders, kind: 'protect' as const, severity: 'notice' as const, because: 'it failed' };
    await here.episodes.open({ ...trouble, facts: { cause }, at: start });
    await reconcile();
    expect((await rowThere(orders))?.trouble).toBe(cause);
    expect((await rowThere(mail))?.trouble).toBeUndefined();
    here.wait(60);
    await here.episodes.resolve({ subject: orders, kind: 'protect', because: 'one went well', at: here.now() });
    await reconcile();
    expect((await rowThere(orders))?.trouble).toBeUndefined();
  });
});
