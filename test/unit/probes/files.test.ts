import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultChecks } from '../../../functions/policy/resolve.ts';
import type { FileAnswer, FilesUnderWay } from '../../../functions/probes/contract.ts';
import { handler } from '../../../functions/probes/files.ts';
import { judgeFiles } from '../../../functions/proof/judge-files.ts';
import { environment, worldAt } from '../drill/function.ts';

const drill = '0123456789abcdef0123';
const modified = new Date('2026-02-01T00:00:00Z');
const restoredName = 'aws-backup-restore_2026-03-01T06-00-00';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lifeboat-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (mount: string, path: string, text: string, at = modified) => {
  const full = join(mount, restoredName, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  utimesSync(full, at, at);
};
/** A scratch file system as a restore leaves it. */
const restored = (name: string, files = 40) => {
  const mount = join(root, name);
  mkdirSync(mount);
  for (let number = 0; number < files; number += 1) write(mount, `data/mail/${number}.eml`, `message ${number} to ada`);
  write(mount, 'data/names.nsf', 'ada, grace');
  const link = join(mount, restoredName, 'data', 'link');
  symlinkSync('names.nsf', link);
  lutimesSync(link, modified, modified);
  for (const path of ['data', 'data/mail']) utimesSync(join(mount, restoredName, path), modified, modified);
  return mount;
};
const invoke = <Answer>(mount: string, question: object, remaining?: number | (() => number)) => {
  const world = worldAt('2026-03-01T12:00:00.000Z', {
    environment,
    mount: (path) => path.replace('/mnt/scratch', mount),
  });
  return typeof remaining === 'function'
    ? (handler.start(world.seam)(question, {
        awsRequestId: 'x',
        getRemainingTimeInMillis: remaining,
      }) as Promise<Answer>)
    : world.invoke<Answer>(handler, question, remaining);
};
const mark = (mount: string, by = drill) => invoke(mount, { ask: 'mark', drill: by });
const ask = (mount: string, more: object = {}) =>
  invoke<FileAnswer>(mount, { ask: 'files', drill, salt: 'arn', mustExist: [], checksums: 'all', ...more });
const surveyed = async (mount: string, more: object = {}) => {
  await mark(mount);
  return ask(mount, more);
};
const checks = { ...defaultChecks('files'), checksums: 'all' as const };
const unwritten = (now: FileAnswer, last: FileAnswer) =>
  judgeFiles(checks, now, { answer: last, seconds: 86_400, usual: undefined }).find(
    ({ name }) => name === 'files that nobody wrote to',
  );

describe('the file probe', () => {
  test('counts and reads what was restored, and looks for the paths that must be there', async () => {
    const answer = await surveyed(restored('one'), { mustExist: ['data/names.nsf', 'data/gone.nsf', 'data/mail'] });
    expect(answer).toMatchObject({ done: true, files: 41, links: 1, directories: 2, read: 42, unreadable: {} });
    expect(answer.bytes).toBeGreaterThan(41 * 10);
    expect(answer.required).toEqual(['there', 'missing', 'there']);
  });

  test('answers neither a path nor content', async () => {
    const text = JSON.stringify(await surveyed(restored('one'), { mustExist: ['data/names.nsf'] }));
    expect(text).not.toMatch(/names|mail|\.eml|grace|message/);
    expect(JSON.parse(text).digests.sample).toHaveLength(42);
    expect(JSON.parse(text).digests.directories).toHaveLength(2);
  });

  test('answers the same for the same files, whatever the restored directory is called', async () => {
    const one = await surveyed(restored('one'));
    restored('two');
    renameSync(join(root, 'two', restoredName), join(root, 'two', 'aws-backup-restore_other'));
    const two = await surveyed(join(root, 'two'));
    expect(two.digests?.buckets).toEqual(one.digests?.buckets);
  });

  test.each([
    [
      'bytes that changed while size and time did not',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('ada', 'bob')),
    ],
    ['a file that is cut off', (path: string) => truncateSync(path, 3)],
    ['a file that is gone while its directory was not written to', (path: string) => rmSync(path)],
  ])('finds %s', async (_what, damage) => {
    const last = await surveyed(restored('last'));
    const mount = restored('now');
    const file = join(mount, restoredName, 'data', 'mail', '7.eml');
    damage(file);
    if (existsSync(file)) utimesSync(file, modified, modified);
    utimesSync(dirname(file), modified, modified);
    expect(unwritten(await surveyed(mount), last)).toMatchObject({ verdict: 'FAIL' });
  });

  test('says nothing against a file that was written to, one that came and one that went', async () => {
    const last = await surveyed(restored('last'));
    const mount = restored('now');
    write(mount, 'data/mail/7.eml', 'message 7 to bob', new Date('2026-02-28T00:00:00Z'));
    write(mount, 'data/mail/new.eml', 'new', new Date('2026-02-28T00:00:00Z'));
    rmSync(join(mount, restoredName, 'data', 'mail', '8.eml'));
    expect(unwritten(await surveyed(mount), last)).toMatchObject({ verdict: 'PASS' });
  });

  test('goes on where its time ran out, file by file, and answers as if it had not', async () => {
    const whole = await surveyed(restored('whole', 12));
    const mount = restored('slow', 12);
    await mark(mount);
    let rounds = 0;
    for (;;) {
      rounds += 1;
      let looks = 0;
      const answer = await invoke<FileAnswer | FilesUnderWay>(
        mount,
        { ask: 'files', drill, salt: 'arn', mustExist: [], checksums: 'all' },
        () => (looks++ < 4 ? 60_000 : 1_000),
      );
      if (!answer.done) continue;
      expect(answer).toMatchObject({
        files: whole.files,
        bytes: whole.bytes,
        read: whole.read,
        directories: whole.directories,
      });
      expect(answer.digests?.buckets).toEqual(whole.digests?.buckets);
      break;
    }
    expect(rounds).toBeGreaterThan(5);
  });
});

describe('the file probe tells apart', () => {
  test('whose a file is and what its mode is, where it is asked', async () => {
    const mount = restored('one');
    const own = { user: process.getuid?.() ?? 0, group: process.getgid?.() ?? 0 };
    for (let number = 0; number < 40; number += 1)
      chmodSync(join(mount, restoredName, `data/mail/${number}.eml`), 0o640);
    chmodSync(join(mount, restoredName, 'data/names.nsf'), 0o600);
    expect(await surveyed(mount, { owner: own, mode: 0o640 })).toMatchObject({ strangers: 0, otherModes: 1 });
    const other = { user: own.user + 1, group: null };
    expect(await surveyed(restored('two'), { owner: other })).toMatchObject({ strangers: 44 });
    expect(await surveyed(restored('three'))).not.toHaveProperty('strangers');
  });

  test('endings: files that were all renamed are suspect, though each can be read', async () => {
    const last = await surveyed(restored('last'));
    const mount = restored('now');
    const mail = join(mount, restoredName, 'data', 'mail');
    for (const name of readdirSync(mail)) renameSync(join(mail, name), join(mail, `${name}.locked`));
    const now = await surveyed(mount);
    expect(judgeFiles(checks, now, { answer: last, seconds: 86_400, usual: undefined })).toContainEqual({
      name: 'endings of file names',
      verdict: 'SUSPECT',
      because: expect.stringContaining('97.56% of the files turned from one ending to another'),
    });
    expect(JSON.stringify(now)).not.toContain('locked');
  });
});

test('of a thousand strings in paths and files the probe answers, logs and throws none', async () => {
  const mount = join(root, 'planted');
  const strings = Array.from({ length: 1000 }, (_, index) => `planted-${(index * 7919 + 104_729).toString(36)}`);
  for (const [index, text] of strings.entries()) write(mount, `data/${text}/${text}.${index % 7}`, text);
  symlinkSync(strings[0] ?? '', join(mount, restoredName, 'data', `${strings[1]}-link`));
  const world = worldAt('2026-03-01T12:00:00.000Z', {
    environment,
    mount: (path) => path.replace('/mnt/scratch', mount),
  });
  const mustExist = strings.map((text) => `data/${text}/${text}.gone`);
  const question = { ask: 'files', drill, salt: 'arn', mustExist, checksums: 'all' };
  const told: unknown[] = [await world.invoke(handler, { ask: 'mark', drill })];
  told.push(await world.invoke<FileAnswer>(handler, question));
  rmSync(join(mount, restoredName), { recursive: true });
  writeFileSync(join(mount, restoredName), strings[2] ?? '');
  await world.invoke(handler, { ...question, drill: 'f'.repeat(20) }).catch((error) => told.push(String(error)));
  await world.invoke(handler, { ...question, mustExist: strings[0] }).catch((error) => told.push(String(error)));
  const text = JSON.stringify([told, world.logged]);
  expect(text.length).toBeGreaterThan(50_000);
  expect(told).toHaveLength(4);
  expect(strings.filter((one) => text.includes(one))).toEqual([]);
  expect(text).not.toContain('planted');
});

describe('the file probe does not read', () => {
  test('before the drill has marked the file system', async () => {
    await expect(ask(restored('one'))).rejects.toMatchObject({
      name: 'WrongPlace',
      message: expect.stringContaining('no drill'),
    });
  });
  test("another drill's file system", async () => {
    const mount = restored('one');
    await mark(mount, 'f'.repeat(20));
    await expect(ask(mount)).rejects.toMatchObject({ name: 'WrongPlace' });
    await expect(mark(mount)).rejects.toMatchObject({ name: 'WrongPlace' });
  });
  test('production: a root that holds what no restore made is not marked either', async () => {
    const mount = restored('one');
    mkdirSync(join(mount, 'home'));
    await expect(mark(mount)).rejects.toMatchObject({
      name: 'WrongPlace',
      message: expect.stringContaining('not scratch'),
    });
    expect(readdirSync(mount)).not.toContain('.lifeboat-drill');
  });
  test('nothing, and not two restores at once', async () => {
    const mount = join(root, 'empty');
    mkdirSync(mount);
    await mark(mount);
    await expect(ask(mount)).rejects.toMatchObject({ message: expect.stringContaining('0 directories') });
    mkdirSync(join(mount, 'aws-backup-restore_a'));
    mkdirSync(join(mount, 'aws-backup-restore_b'));
    await expect(ask(mount)).rejects.toMatchObject({ message: expect.stringContaining('2 directories') });
  });
});
