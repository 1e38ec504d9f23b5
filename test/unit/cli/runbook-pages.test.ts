import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runbookCommand } from '../../../cli/runbook/command.ts';
import { runbookFor, runbookNames } from '../../../cli/runbook/names.ts';
import type { Runbook } from '../../../cli/runbook/runbook.ts';
import { recordKey, recordName } from '../../../functions/evidence/key.ts';

const now = Date.parse('2026-02-01T12:00:00Z');

async function command(...args: string[]) {
  const said: string[] = [];
  const complaints: string[] = [];
  const out = { say: (line: string) => said.push(line), complain: (line: string) => complaints.push(line) };
  const code = await runbookCommand(args, out, now);
  return { code, text: said.join('\n'), complaint: complaints.join('\n') };
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeboat-runbook-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readme = readFileSync('docs/runbooks/README.md', 'utf8');
const [, renewal = ''] = /^npx lifeboat runbook (--write docs\/runbooks .+)$/m.exec(readme) ?? [];

describe('docs/runbooks', () => {
  test('is what the command of its README prints; run that command to renew it', async () => {
    const args = renewal.replace('docs/runbooks', join(folder, 'pages')).split(' ');
    expect((await command(...args)).code).toBe(0);
    const pages = readdirSync(join(folder, 'pages')).sort();
    expect(pages).toEqual([...runbookNames].map((name) => `${name}.md`).sort());
    expect(readdirSync('docs/runbooks').sort()).toEqual([...pages, 'README.md'].sort());
    for (const page of pages) {
      const [kept, printed] = ['docs/runbooks', join(folder, 'pages')].map((path) =>
        readFileSync(join(path, page), 'utf8'),
      );
      expect(kept === printed ? 'the same' : `${page} differs: run npx lifeboat runbook ${renewal}`).toBe('the same');
    }
  });
  test('the README lists each, with when to take it', () => {
    for (const name of runbookNames) expect(readme).toContain(`| [${name}](${name}.md) | ${runbookFor[name]} |`);
  });
  test('the account file of the README is one that can be read', async () => {
    const [, yaml = ''] = /```yaml\n([\s\S]+?)```/.exec(readme) ?? [];
    const file = join(folder, 'account.yml');
    writeFileSync(file, yaml);
    const { code, text } = await command('region-failure', '--account', file);
    expect(code).toBe(0);
    expect(text).toContain('Promote orders-west.');
  });
});

describe('lifeboat runbook', () => {
  test('lists them all, with when to take each', async () => {
    const { code, text } = await command();
    expect(code).toBe(0);
    for (const name of runbookNames)
      expect(text).toMatch(new RegExp(`^  ${name} +${runbookFor[name].replace(/[()]/g, '.')}$`, 'm'));
  });
  test.each([
    ['regon-failure', 'region-failure'],
    ['region', 'region-failure'],
    ['Ransomwear', 'ransomware'],
    ['lost_key', 'lost-key'],
    ['deletion', 'accidental-deletion'],
    ['corruption', 'data-corruption'],
    ['accont', 'lost-account'],
  ])('%s is not one; %s is offered', async (written, meant) => {
    const { code, complaint } = await command(written);
    expect(code).toBe(2);
    expect(complaint).toContain(`There is no runbook ${written}. Did you mean ${meant}?`);
  });
  test('offers nothing where nothing is near', async () => {
    expect((await command('espresso')).complaint).toMatch(/^There is no runbook espresso\.\n/);
  });
  test('takes now for the moment of the failure', async () => {
    expect((await command('region-failure')).text).toContain('{"resource":"shop","instant":"2026-02-01T12:00:00Z"}');
  });
  test('takes one resource alone', async () => {
    const { text } = await command('region-failure', '--resource', 'shop');
    expect(text).toContain('Bring shop back in eu-west-1');
    expect(text).not.toContain('groupware');
  });
  test('says that it is the example while no account is given', async () => {
    expect((await command('lost-key')).complaint).toContain(
      'This is the runbook of the example, examples/week/account.yml.',
    );
    expect((await command('lost-key', '--account', 'examples/week/account.yml')).complaint).toBe('');
  });
  test('says so of all that it writes, too', async () => {
    const written = await command('--write', join(folder, 'written'));
    expect(written.complaint).toContain('These are the runbooks of the example, examples/week/account.yml.');
    const own = await command('--write', join(folder, 'written'), '--account', 'examples/week/account.yml');
    expect(own.complaint).toBe('');
  });
  test('says where to ask when the tagging API found nothing', async () => {
    const file = join(folder, 'nothing.json');
    writeFileSync(file, JSON.stringify({ ResourceTagMappingList: [] }));
    const { code, complaint } = await command('region-failure', '--account', file);
    expect([code, complaint]).toEqual([2, expect.stringContaining('ask with --region eu-central-1')]);
    expect(complaint).toMatch(/nothing\.json {2}ResourceTagMappingList: nothing in the Region/);
  });
  test('reads what the tagging API prints', async () => {
    const file = join(folder, 'tagging.json');
    const list = [
      {
        ResourceARN: 'arn:aws:rds:eu-central-1:210987654321:db:orders',
        Tags: [{ Key: 'lifeboat:tier', Value: 'gold' }],
      },
      {
        ResourceARN: 'arn:aws:elasticfilesystem:eu-central-1:210987654321:file-system/fs-0123456789abcdef0',
        Tags: [
          { Key: 'Name', Value: 'mail' },
          { Key: 'lifeboat:tier', Value: 'silver' },
        ],
      },
      { ResourceARN: 'arn:aws:s3:::logs', Tags: [] },
    ];
    writeFileSync(file, JSON.stringify({ ResourceTagMappingList: list }));
    const { text } = await command('region-failure', '--account', file);
    expect(text).toContain('Account 210987654321.');
    expect(text).toContain('{"resource":"orders","instant":"2026-02-01T12:00:00Z"}');
    expect(text).toContain('{"resource":"fs-0123456789abcdef0","instant":"2026-02-01T12:00:00Z"}');
  });
  test('prints the steps for a program', async () => {
    const { text } = await command('region-failure', '--json');
    const { parts } = JSON.parse(text) as Runbook;
    const started = parts
      .flatMap(({ steps }) => steps)
      .filter(({ machine, when }) => machine === 'recover' && when === undefined);
    expect(started.map(({ input }) => input)).toContainEqual({ resource: 'shop', instant: '2026-02-01T12:00:00Z' });
  });
  test('takes times from the evidence that a run left, and knows its resources by their names', async () => {
    const out = join(folder, 'out');
    const arn = 'arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-0123456789abcdef0';
    const place = join(
      out,
      'lifeboat-evidence-123456789012-eu-west-1',
      dirname(recordKey('123456789012/eu-west-1', arn, 1)),
    );
    mkdirSync(place, { recursive: true });
    writeFileSync(join(out, 'summary.json'), JSON.stringify({ resources: [{ name: 'groupware', arn }] }));
    const record = (workflow: string, content: object) => ({
      resource: arn,
      location: '123456789012/eu-west-1',
      content: {
        what: 'attempt',
        workflow,
        endedAt: '2026-01-31T05:20:00Z',
        points: [],
        verdict: { is: 'PASS' },
        ...content,
      },
    });
    writeFileSync(join(place, recordName(1)), JSON.stringify(record('drill', { rto: { seconds: 840 } })));
    writeFileSync(join(place, recordName(2)), JSON.stringify(record('protect', { rto: { seconds: 1 } })));
    writeFileSync(join(place, recordName(3)), JSON.stringify({ ...record('drill', {}), content: { what: 'episode' } }));
    const { text } = await command('region-failure', '--evidence', out);
    expect(text).toContain('14 minutes in the last drill, 2026-01-31; the only one; the rto is 4 hours');
    expect(text).toContain(
      'No drill in the evidence measured shop, monitoring, captures: the time is what the policy promises',
    );
  });
  test.each<[string[], string]>([
    [
      ['region-failure', '--resource', 'shp'],
      '--resource shp: no resource of examples/week/account.yml that a tier takes has this name. There are shop, groupware, monitoring, captures.',
    ],
    [['region-failure', '--at', 'yesterday'], '--at yesterday: write an instant in UTC, like 2026-01-31T09:30:00Z.'],
    [
      ['region-failure', '--at', '2026-02-01T12:00:01Z'],
      '--at 2026-02-01T12:00:01Z is after 2026-02-01T12:00:00Z: write when it failed.',
    ],
    [
      ['data-corruption', '--at', '2026-01-09T03:00Z', '--before', '2026-01-09T04:00Z'],
      '--before 2026-01-09T04:00Z is after 2026-01-09T03:00:00Z: write a moment before it failed.',
    ],
    [
      ['region-failure', '--account', 'nowhere.yml'],
      'nowhere.yml cannot be read (ENOENT). Name the account file with --account FILE.',
    ],
    [
      ['region-failure', '--policy', 'nowhere.yml'],
      'nowhere.yml cannot be read (ENOENT). Name the policy with --policy FILE.',
    ],
    [
      ['region-failure', '--evidence', '/nowhere/at all'],
      '/nowhere/at all: there is no such directory, and no bucket can have this name.',
    ],
    [['region-failure', 'lost-key'], 'Give one name, and not region-failure lost-key.'],
    [['region-failure', '--write', 'x'], '--write writes all of them: leave the name out.'],
    [['region-failure', '--polcy', 'x'], "Unknown option '--polcy'. See lifeboat runbook --help."],
  ])('%j is refused, with the mend', async (args, words) => {
    const { code, text, complaint } = await command(...args);
    expect({ code, text }).toEqual({ code: 2, text: '' });
    expect(complaint).toBe(words);
  });
  test('every mistake of an account file is told', async () => {
    const file = join(folder, 'mistakes.yml');
    writeFileSync(
      file,
      "account: '1'\nresources:\n  - { kind: s3, name: a }\n  - { kind: efs, name: b, id: mail, multi_az: maybe }\n  - { kind: rds, name: c, replica_in: eu-wset-1, replica: 7, dns: { record: x, ttl: 5 } }\n",
    );
    const { complaint } = await command('region-failure', '--account', file);
    for (const field of [
      'account',
      '[0].kind',
      '[1].id',
      '[1].multi_az',
      '[2].replica_in',
      '[2].dns.zone',
      '[2].dns.ttl',
    ]) {
      expect(complaint).toContain(`${field}: `);
    }
    expect(complaint).toContain('did you mean eu-west-1?');
  });
});
