import { describe, expect, test } from '@jest/globals';
import {
  clusterIsScratch,
  databaseIsScratch,
  drillIdOf,
  drillOfMember,
  drillOfName,
  fileSystemIsScratch,
  memberIsScratch,
  memberName,
  mountIsScratch,
  probeVersionIsScratch,
  scratchName,
} from '../../../functions/scratch/birth.ts';

const drill = drillIdOf('lifeboat-drill/orders-1/0');
const other = drillIdOf('lifeboat-drill/orders-2/0');
const row = { drill, name: scratchName(drill) };
const database = { identifier: scratchName(drill), cluster: undefined, isProtected: false };
const cluster = {
  identifier: scratchName(drill),
  members: [memberName(drill)],
  replicatesFrom: undefined,
  isProtected: false,
};
const memberRow = { drill, name: memberName(drill) };
const member = { identifier: memberName(drill), cluster: scratchName(drill), isProtected: false };
const fileRow = { drill, name: drill, id: 'fs-0a' };
const fileSystem = { id: 'fs-0a', creationToken: drill, tags: { 'lifeboat:scratch': drill }, isProtected: false };
const versionRow = { drill, name: 'lifeboat-probe-files', id: '7' };
const version = { probe: 'lifeboat-probe-files', version: '7', description: scratchName(drill) };

describe('what is born as scratch may be torn down', () => {
  test('a database whose own name and register row agree on the drill', () => {
    expect(databaseIsScratch(row, database)).toEqual({ scratch: true });
  });
  test('a cluster whose own name and register row agree, empty or with the instance that the drill made', () => {
    expect(clusterIsScratch(row, cluster)).toEqual({ scratch: true });
    expect(clusterIsScratch(row, { ...cluster, members: [] })).toEqual({ scratch: true });
  });
  test('the instance of a scratch cluster, by its name and the name of its cluster', () => {
    expect(memberIsScratch(memberRow, member)).toEqual({ scratch: true });
    expect(drillOfMember(memberName(drill))).toBe(drill);
    expect(memberName(drill).length).toBeLessThanOrEqual(63);
    // Neither is taken for the other.
    expect(drillOfName(memberName(drill))).toBeUndefined();
    expect(drillOfMember(scratchName(drill))).toBeUndefined();
  });
  test('a file system whose id, creation token and birth tag agree on the drill', () => {
    expect(fileSystemIsScratch(fileRow, fileSystem)).toEqual({ scratch: true });
  });
  test('a numbered version of the file probe that was published for the drill', () => {
    expect(probeVersionIsScratch(versionRow, version)).toEqual({ scratch: true });
  });
  test('the id of a drill is the same for the same attempt, and makes a name that RDS takes', () => {
    expect(drillIdOf('lifeboat-drill/orders-1/0')).toBe(drill);
    expect(drillIdOf('lifeboat-drill/orders-1/1')).not.toBe(drill);
    expect(scratchName(drill)).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(scratchName(drill).length).toBeLessThanOrEqual(63);
    expect(drillOfName(scratchName(drill))).toBe(drill);
  });
});

describe('nothing else may', () => {
  test.each([
    ['production by its name', { ...row, name: 'orders' }, { ...database, identifier: 'orders' }],
    ['a look-alike name in the row', { ...row, name: `lifeboat-scratch-${drill}x` }, database],
    ['a look-alike name that was found', row, { ...database, identifier: `${scratchName(drill)}-prod` }],
    ["another drill's database", row, { ...database, identifier: scratchName(other) }],
    [
      "a row that names another drill's database",
      { drill, name: scratchName(other) },
      { ...database, identifier: scratchName(other) },
    ],
    [
      'a drill that is an ARN',
      { drill: 'arn:aws:rds:eu-west-1:111122223333:db:orders', name: 'orders' },
      { ...database, identifier: 'orders' },
    ],
    [
      'a drill that is empty',
      { drill: '', name: 'lifeboat-scratch-' },
      { ...database, identifier: 'lifeboat-scratch-' },
    ],
    ['an instance of a cluster', row, { ...database, cluster: 'orders' }],
    ['a resource of the roster, whatever it is called', row, { ...database, isProtected: true }],
  ])('a database: %s', (_what, registered, found) => {
    expect(databaseIsScratch(registered, found)).toMatchObject({ scratch: false });
  });

  test.each([
    ['production by its name', { ...row, name: 'orders' }, { ...cluster, identifier: 'orders', members: [] }],
    ['an ARN', { drill, name: `arn:aws:rds:eu-west-1:111122223333:cluster:${scratchName(drill)}` }, cluster],
    ['a look-alike name', row, { ...cluster, identifier: `${scratchName(drill)}-prod` }],
    ["another drill's cluster", row, { ...cluster, identifier: scratchName(other) }],
    ['a forged row with the name of an instance', memberRow, { ...cluster, identifier: memberName(drill) }],
    ['one in which a production instance stands', row, { ...cluster, members: [memberName(drill), 'orders-1'] }],
    ["one in which another drill's instance stands", row, { ...cluster, members: [memberName(other)] }],
    ['a replica of another cluster', row, { ...cluster, replicatesFrom: 'arn:aws:rds:…:cluster:orders' }],
    ['a resource of the roster, whatever it is called', row, { ...cluster, isProtected: true }],
    [
      'a drill that is empty',
      { drill: '', name: 'lifeboat-scratch-' },
      { ...cluster, identifier: 'lifeboat-scratch-' },
    ],
  ])('a cluster: %s', (_what, registered, found) => {
    expect(clusterIsScratch(registered, found)).toMatchObject({ scratch: false });
  });

  test.each([
    ['production by its name', { drill, name: 'orders-1' }, { ...member, identifier: 'orders-1', cluster: 'orders' }],
    ['an instance of a production cluster that is named like scratch', memberRow, { ...member, cluster: 'orders' }],
    ['one in no cluster', memberRow, { ...member, cluster: undefined }],
    ["another drill's", memberRow, { ...member, identifier: memberName(other), cluster: scratchName(other) }],
    ['a second one in the cluster', { drill, name: `${scratchName(drill)}-2` }, member],
    ['a resource of the roster, or of its cluster', memberRow, { ...member, isProtected: true }],
  ])('an instance of a cluster: %s', (_what, registered, found) => {
    expect(memberIsScratch(registered, found)).toMatchObject({ scratch: false });
  });

  test.each([
    [
      'production by a forged id',
      { ...fileRow, id: 'fs-prod' },
      { ...fileSystem, id: 'fs-prod', creationToken: 'console-1', tags: {} },
    ],
    [
      'production that copied the tag',
      { ...fileRow, id: 'fs-prod' },
      { ...fileSystem, id: 'fs-prod', creationToken: 'console-1' },
    ],
    ['a right token without the birth tag', fileRow, { ...fileSystem, tags: {} }],
    ["another drill's tag", fileRow, { ...fileSystem, tags: { 'lifeboat:scratch': other } }],
    ['another id than was registered', fileRow, { ...fileSystem, id: 'fs-0b' }],
    ['a row whose token is not its drill', { ...fileRow, name: other }, { ...fileSystem, creationToken: other }],
    ['a resource of the roster', fileRow, { ...fileSystem, isProtected: true }],
  ])('a file system: %s', (_what, registered, found) => {
    expect(fileSystemIsScratch(registered, found)).toMatchObject({ scratch: false });
  });

  test.each([
    ['another function', { ...versionRow, name: 'checkout' }, version],
    ['the function itself', { ...versionRow, id: '$LATEST' }, { ...version, version: '$LATEST' }],
    ['no version at all', { drill, name: 'lifeboat-probe-files' }, { ...version, version: undefined }],
    ['an alias', { ...versionRow, id: 'live' }, { ...version, version: 'live' }],
    ['a version of a deployment', versionRow, { ...version, description: undefined }],
    ["another drill's version", versionRow, { ...version, description: scratchName(other) }],
    ['another number than was registered', versionRow, { ...version, version: '8' }],
  ])('a version: %s', (_what, registered, found) => {
    expect(probeVersionIsScratch(registered, found)).toMatchObject({ scratch: false });
  });
});

describe('what a recovered file system was checked through', () => {
  const mount = { drill, name: drill, id: 'fs-0a', subnets: ['subnet-a'] };
  const recovered = { ...fileSystem, tags: { 'lifeboat:recovered': 'night-shift' } };

  test('is scratch of the recovery that created the file system', () => {
    expect(mountIsScratch(mount, recovered)).toEqual({ scratch: true });
  });

  test.each([
    ['another file system', { ...recovered, id: 'fs-0b' }],
    ['one of another creation', { ...recovered, creationToken: other }],
    ['one that no recovery made', { ...recovered, tags: {} }],
    ['one that is a resource by now', { ...recovered, isProtected: true }],
  ])('is not that of %s', (_, found) => {
    expect(mountIsScratch(mount, found)).toMatchObject({ scratch: false });
  });
});
