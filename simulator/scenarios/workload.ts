import type { FileChange } from '../data/index.ts';
import type { Region } from '../world/region.ts';
import type { ResourceSpec } from './account-file.ts';

/**
 * Lets the application behind a resource write as time goes by: the n-th write after n intervals. `wrote` is told of each
 * that was done, while virtual time stands still.
 */
export function scheduleWorkload(
  home: Region,
  spec: ResourceSpec,
  start: number,
  wrote: () => void | Promise<void> = () => {},
): void {
  const { world } = home;
  const { databases, files } = home.account.data;
  const repeat = (everySeconds: number, write: (n: number) => Promise<void>) => {
    const next = (n: number): void => {
      world.at(start + n * everySeconds * 1000, `the workload of ${spec.name}`, async () => {
        await write(n);
        next(n + 1);
      });
    };
    next(1);
  };
  if (spec.kind === 'efs') {
    for (const work of spec.workload) {
      repeat(work.everySeconds, async (n) => {
        const fileSystem = home.services.EFS.fileSystems.find(({ tags }) => tags.get('Name') === spec.name);
        if (fileSystem === undefined || allZonesGone(home)) return;
        const numbered = (text: string) => text.replaceAll('{n}', String(n));
        const content = { path: numbered(work.path), text: numbered(work.text) };
        const change: FileChange =
          work.how === 'append' ? { kind: 'append', ...content } : { kind: 'write', ...content };
        await files.change(fileSystem.id, change, world.now());
        await wrote();
      });
    }
    return;
  }
  for (const work of spec.workload) {
    repeat(work.everySeconds, async () => {
      const { RDS } = home.services;
      const { dataName, down } = RDS.writer(spec.name) ?? {};
      // An application writes nothing to what does not answer it.
      if (dataName === undefined || down !== undefined) return;
      await databases.execute(dataName, work.sql, world.now());
      await wrote();
    });
  }
}

/** Where no zone answers, nobody mounts anything. */
function allZonesGone({ name, services }: Region): boolean {
  return ['a', 'b', 'c'].every((letter) => services.EC2.isZoneGone(`${name}${letter}`));
}
