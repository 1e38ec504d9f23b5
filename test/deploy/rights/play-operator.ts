// Plays what only an operator starts, in a small account: every machine with {}, a silence, a retirement, a report.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onStage } from '../../simulation/drill/stage.ts';

const hour = 3_600_000;
let resource = '';

await onStage(
  {
    seed: 'operator',
    resources: async (home, directory) => {
      const tree = join(directory, 'tree');
      mkdirSync(tree);
      writeFileSync(join(tree, 'ledger.txt'), 'the ledger\n');
      const tags = { 'lifeboat:tier': 'table', 'lifeboat:checks': 'share' };
      resource = (await home.services.EFS.addFileSystem({ name: 'share', directory: tree, tags })).arn;
    },
  },
  async (stage) => {
    const { home, copy, account } = stage;
    const start = (region: typeof home, machine: string, name: string, input: object) =>
      stage.ask(region, 'SFN', 'StartExecution', {
        stateMachineArn: `arn:aws:states:${region.name}:${account.id}:stateMachine:lifeboat-${machine}`,
        name,
        input: JSON.stringify(input),
      });
    const invoke = (region: typeof home, name: string, payload: object) =>
      stage.ask(region, 'Lambda', 'Invoke', { FunctionName: `lifeboat-${name}`, Payload: JSON.stringify(payload) });

    await start(home, 'protect', 'protect', {});
    await stage.run(8 * hour);
    const until = new Date(stage.world.now() + 5 * hour).toISOString();
    for (const region of [home, copy]) {
      await start(region, 'silence', 'look', {});
      await start(region, 'silence', 'keep-quiet', { resource, until, because: 'an operator moves it' });
      await start(region, 'fleet', 'fleet', {});
    }
    await start(copy, 'drill', 'drill', {});
    await stage.run(8 * hour);
    // What still carries a tier cannot be retired by hand.
    await stage.ask(home, 'EFS', 'UntagResource', {
      ResourceId: resource.split('/').at(-1),
      TagKeys: ['lifeboat:tier'],
    });
    await invoke(home, 'reconcile', { retire: [resource] });
    for (const region of [home, copy]) {
      await invoke(region, 'report', {});
      await invoke(region, 'all-well', {});
    }
    await stage.run(2 * hour);
  },
);
