import type { Scene } from '../../simulator/scenarios/run.ts';

/** The copy Regions are asked first, so that home's page tells of them as they stand. */
const secondsBeforeTheEnd = { copy: 120, home: 60 };

/**
 * Somebody asks for the report before the run ends, as from the console: what it writes down of how everything stands is then
 * as young as the page.
 */
export function askForReports({ world, account, endedAt }: Scene, regions: readonly string[], home: string): void {
  for (const name of regions) {
    const at = endedAt - secondsBeforeTheEnd[name === home ? 'home' : 'copy'] * 1000;
    world.at(at, `somebody asks for the report in ${name}`, () => {
      const region = account.region(name);
      const caller = { kind: 'operator', name: 'somebody who wants the report', region: name } as const;
      const input = { FunctionName: 'lifeboat-report', InvocationType: 'Event', Payload: '{}' };
      // The answer comes as time goes by, and nobody waits for it: without it the page says that it knows nothing of now.
      region.request(caller, 'Lambda', 'Invoke', input).catch(() => {});
    });
  }
}
