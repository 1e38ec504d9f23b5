import { describe, expect, test } from '@jest/globals';
import { outOfReach } from '../../../simulator/checkers/out-of-reach.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { account, anError, call, find, world } from './entries.ts';

describe('production is out of reach: the checker', () => {
  const shop = account({ databases: ['shop', 'replica'], fileSystems: ['fs-1'] });
  const restored = call(1, 'StartRestoreJob', { Metadata: { DBInstanceIdentifier: 'lifeboat-scratch-0a' } });
  const deleted = (name: string, more = {}) => call(2, 'DeleteDBInstance', { DBInstanceIdentifier: name }, more);
  const byHand = { caller: { kind: 'operator', name: 'somebody', region: 'eu-central-1' } } as const;
  const found = (entries: readonly TraceEntry[], then = shop) =>
    find(outOfReach(), entries, {
      looks: [
        [0, shop],
        [3, then],
      ],
    }).violations;
  /** The replica is gone at the second look. */
  const foundWithout = (...entries: readonly TraceEntry[]) => {
    const checker = outOfReach();
    checker.look(shop, 0);
    return find(checker, entries, { looks: [[3, account({ databases: ['shop'], fileSystems: ['fs-1'] })]] }).violations;
  };

  test('finds nothing where what is deleted was restored before, or somebody else deletes it', () => {
    expect(found([restored, deleted('lifeboat-scratch-0a')])).toEqual([]);
    expect(foundWithout(deleted('replica', byHand))).toEqual([]);
    expect(foundWithout(world(1, 'somebody deleted a database', { region: 'eu-central-1', name: 'replica' }))).toEqual(
      [],
    );
  });
  test('finds a deletion of what Lifeboat did not make', () => {
    expect(found([deleted('shop')])).toEqual([expect.stringContaining('on shop, which Lifeboat did not make')]);
    expect(found([deleted('lifeboat-scratch-0a')])).toHaveLength(1);
  });
  test('finds a call that Lifeboat has no reason for, whatever it names', () => {
    expect(found([call(1, 'DeleteDBSnapshot', { DBSnapshotIdentifier: 'last' })])).toEqual([
      expect.stringContaining('calls DeleteDBSnapshot in eu-central-1'),
    ]);
  });
  test('finds a database that is not there any more, though nobody deleted it', () => {
    expect(foundWithout()).toEqual(['eu-central-1 replica was there, and is not any more']);
  });
  test('finds what is put into what Lifeboat did not make', () => {
    const made = call(1, 'CreateFileSystem', { CreationToken: '0a' }, { output: { FileSystemId: 'fs-2' } });
    const mount = (id: string) => call(2, 'CreateMountTarget', { FileSystemId: id, SubnetId: 'subnet-1' });
    const restore = (id: string) =>
      call(2, 'StartRestoreJob', { Metadata: { 'file-system-id': id, newFileSystem: 'false' } });
    const member = (cluster: string) =>
      call(2, 'CreateDBInstance', { DBInstanceIdentifier: 'lifeboat-scratch-1a', DBClusterIdentifier: cluster });
    const tagged = (name: string) =>
      call(2, 'AddTagsToResource', { ResourceName: `arn:aws:rds:eu-central-1:123456789012:db:${name}` });
    expect(found([made, mount('fs-2'), restore('fs-2')])).toEqual([]);
    expect(found([restored, member('lifeboat-scratch-0a'), tagged('lifeboat-scratch-0a')])).toEqual([]);
    for (const entry of [mount('fs-1'), restore('fs-1'), member('shop'), tagged('shop')])
      expect(found([made, entry])).toEqual([expect.stringContaining('which Lifeboat did not make')]);
  });
  test('does not take for its own what it asked for and was refused, nor the name of what is there', () => {
    const asked = (name: string, more = {}) =>
      call(1, 'StartRestoreJob', { Metadata: { DBInstanceIdentifier: name } }, more);
    expect(found([asked('lifeboat-scratch-0a', { error: anError }), deleted('lifeboat-scratch-0a')])).toHaveLength(1);
    const lost = { error: anError, unheard: true };
    expect(found([asked('lifeboat-scratch-0a', lost), deleted('lifeboat-scratch-0a')])).toEqual([]);
    const checker = outOfReach();
    checker.look(shop, 0);
    expect(find(checker, [asked('shop'), deleted('shop')]).violations).toEqual([
      expect.stringContaining("to make shop, which is production's"),
      expect.stringContaining('on shop, which Lifeboat did not make'),
    ]);
  });
});
