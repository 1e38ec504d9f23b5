import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../../simulator/states-language/index.ts';
import { play, type Says } from '../states-language/shipped.ts';

const destinations = ['eu-west-1', 'eu-north-1', 'eu-south-1'];
const order = (to: string) => ({
  to,
  vaultArn: `arn:aws:backup:${to}:111122223333:backup-vault:lifeboat`,
  lifecycle: { DeleteAfterDays: 35 },
});
const point = 'arn:aws:backup:eu-central-1:111122223333:recovery-point:1';

/** Runs the machine for a tier with so many destinations, where copies to some of them fail. */
async function protect(copies: readonly string[], failing: Set<string>) {
  const answers: Record<string, (payload: JsonObject) => Says> = {
    protectBegin: () => ({
      value: { turn: 'go', resource: 'arn:orders', tier: 'gold', backup: {}, copies: copies.map(order) },
    }),
    protectBackUp: () => ({ value: { job: 'backup-1', recoveryPoint: point } }),
    protectCopy: (payload) => {
      const { to } = payload.copy as { to: string };
      return failing.has(to)
        ? { error: 'JobFailed', cause: `no key in ${to}` }
        : { value: { job: `copy to ${to}`, recoveryPoint: `${point}-${to}` } };
    },
  };
  const played = await play('protect', (name, payload) => answers[name]?.(payload) ?? { value: null });
  const asked = () =>
    played.calls
      .filter(({ name }) => name === 'protectCopy')
      .map(({ payload }) => payload.copy as ReturnType<typeof order>);
  return { ...played, asked };
}

const copiesOf = (outcome: unknown) =>
  (outcome as { output: { protect: { copies: JsonValue } } }).output.protect.copies;
const copied = (to: string) => ({ to, job: `copy to ${to}`, recoveryPoint: `${point}-${to}` });

describe('the protect machine', () => {
  test.each([[[]], [destinations.slice(0, 1)], [destinations]])('copies to each of %j, once', async (copies) => {
    const { asked, world } = await protect(copies, new Set());
    expect(asked()).toEqual(copies.map(order));
    expect(world.outcomes[0]).toMatchObject({ status: 'SUCCEEDED', output: { protect: { outcome: 'PROTECTED' } } });
    expect(copiesOf(world.outcomes[0])).toEqual(copies.map(copied));
  });

  test.each([
    ['the first', ['eu-west-1']],
    ['the last', ['eu-south-1']],
    ['all but one', ['eu-west-1', 'eu-south-1']],
    ['all', destinations],
  ])(
    'copies to every other destination where %s fails, fails with its error, and can be redriven there',
    async (_, failing) => {
      const broken = new Set(failing);
      const { asked, world, untilItEnds } = await protect(destinations, broken);
      expect(asked().slice(0, 3)).toEqual(destinations.map(order));
      // Those that failed come once more, the first of them ends it, and nothing that was copied is copied again.
      expect(asked().slice(3)).toEqual([order(failing[0] ?? '')]);
      expect(world.outcomes[0]).toEqual({ status: 'FAILED', error: 'JobFailed', cause: `no key in ${failing[0]}` });

      broken.clear();
      world.execution.redrive();
      await untilItEnds();
      expect(asked().slice(4)).toEqual(failing.map(order));
      expect(world.outcomes[1]).toMatchObject({ status: 'SUCCEEDED', output: { protect: { outcome: 'PROTECTED' } } });
      expect(copiesOf(world.outcomes[1])).toEqual(
        [...destinations.filter((to) => !failing.includes(to)), ...failing].map(copied),
      );
    },
  );
});
