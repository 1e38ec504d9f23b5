import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readJobEvent } from '../../../functions/jobs/event.ts';
import { readPolicy } from '../../../functions/policy/read.ts';
import { workflowOf } from '../../../functions/watch/ended.ts';
import { readAccountFile } from '../../../simulator/scenarios/account-file.ts';
import { policyText } from '../policy/policies.ts';
import { opened, unpacked } from './open.ts';

// What fuzzing has found, each with the sample that showed it.

let folder = '';
beforeAll(() => {
  folder = unpacked();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const arn = (machine: string) => `arn:aws:states:eu-central-1:123456789012:execution:lifeboat-${machine}:a-run`;
const run = (machine: string) => ({ execution: arn(machine), redriveCount: 0 });
const at = '2026-01-05T12:00:00.000Z';
const plan = {
  drill: '0123456789abcdef0123',
  resource: 'arn:aws:rds:eu-central-1:123456789012:db:shop',
  kind: 'rds',
  tier: 'gold',
  checks: null,
  recoveryPoint: 'arn:aws:rds:eu-west-1:123456789012:snapshot:awsbackup:copyjob-1',
  vault: 'lifeboat',
  instant: at,
  chosenAt: at,
  goneBy: at,
};
const restored = { job: 'A-1', startedAt: at, completedAt: at };
const reached = { by: 'mount', version: '1', reachedAt: at };
const answered = { measures: 'measures/shop/1.json', answeredAt: at, endedAt: at };
const copy = {
  to: 'eu-west-1',
  vaultArn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:lifeboat',
  lifecycle: {},
};

describe('an input that made a function crash, or AWS refuse it in words of its own, is refused by its field', () => {
  test.each<[string, object, string]>([
    ['episodes/silence.ts', { execution: arn('silence'), startedAt: '', input: { resource: 'pipeline' } }, 'startedAt'],
    [
      'drill/judge.ts',
      { ...run('drill'), plan: { ...plan, instant: 'null' }, restored, reached, answered },
      'plan.instant',
    ],
    ['drill/reach.ts', { ...run('drill'), plan, restored: { ...restored, startedAt: 'soon' } }, 'restored.startedAt'],
    [
      'drill/tear-down.ts',
      { ...run('drill'), plan: { ...plan, resource: 'a'.repeat(2_000) }, trouble: null },
      'plan.resource',
    ],
    ['drill/choose.ts', { ...run('drill'), input: { resource: '' } }, 'input.resource'],
    ['drill/choose.ts', { ...run('drill'), input: { resource: '日'.repeat(300) } }, 'input.resource'],
    ['drill/choose.ts', { execution: 'a', redriveCount: 0, input: {} }, 'execution'],
    ['recover/choose.ts', { ...run('recover'), redriveCount: 1e308, startedAt: at, input: {} }, 'redriveCount'],
    [
      'protect/copy.ts',
      { ...run('protect'), token: 't', recoveryPoint: 'a', copy: { ...copy, vaultArn: '' } },
      'copy.vaultArn',
    ],
    [
      'protect/copy.ts',
      { ...run('protect'), token: 't', recoveryPoint: 'a', copy: { ...copy, lifecycle: { DeleteAfterDays: -1 } } },
      'copy.lifecycle.DeleteAfterDays',
    ],
    ['watch/conclude.ts', { detail: { executionArn: 'arn::::::' } }, 'detail.executionArn'],
  ])('%s', async (file, event, field) => {
    const { error, calls } = await (await opened(file, folder))(event);
    expect(error?.name).toBe('InputRejected');
    expect(error?.message).toContain(` ${field}: `);
    expect(calls).toEqual([]);
  });
});

describe('names that every object of JavaScript has', () => {
  test.each(['__proto__', 'constructor', 'toString'])('%s is no kind of event and no workflow', (name) => {
    const event = { 'detail-type': name, detail: { undefined: 'A-1' } };
    expect(readJobEvent(event)).toEqual({ is: 'nothing', because: `"${name}" is no job event` });
    expect(workflowOf(`arn:aws:states:eu-central-1:123456789012:execution:${name}:a-run`)).toBeUndefined();
  });

  test('an event whose state is no text still names its job', () => {
    const event = { 'detail-type': 'Copy Job State Change', detail: { copyJobId: 'A-1', state: { toString: 1 } } };
    expect(readJobEvent(event)).toEqual({ is: 'a job', kind: 'copy', job: 'A-1', hint: 'UNKNOWN' });
  });
});

test('a path that leads out of what was restored is missing, whatever stands there', async () => {
  const ask = await opened('probes/files.ts', folder);
  const drill = '0123456789abcdef0123';
  await ask({ ask: 'mark', drill });
  const mustExist = ['data/names.nsf', '../../ca-cert.pem', '/../../ca-cert.pem'];
  const { answer } = await ask({ ask: 'files', drill, salt: 'x', checksums: 'none', mustExist });
  expect(answer).toMatchObject({ required: ['there', 'missing', 'missing'] });
});

describe('a file that a person writes', () => {
  const problemsOf = (text: string) => {
    const read = readPolicy(text, 'policy.yml');
    return read.ok ? [] : read.problems;
  };

  test('names a field whose name nobody can see in quotes', () => {
    expect(problemsOf(`${policyText()}\n" ": 1\n`)).toMatchObject([{ field: '" "' }]);
  });

  test('has what is wrong told in one line, however much was written', () => {
    const [problem] = problemsOf(policyText({ alerts: `alerts: { page: [ "a\\nb ${'x'.repeat(5_000)}" ] }` }));
    expect(problem?.field).toBe('alerts.page[0]');
    expect(problem?.problem).not.toContain('\n');
    expect(problem?.problem.length).toBeLessThan(300);
    expect(problem?.mend).not.toContain('xxx');
  });

  test('is no crash where a mapping stands in for a number or an instant', () => {
    const checks = '  mail: { files: { must_exist: [ a ], owner: { toString: 1, valueOf: 1 } } }';
    expect(problemsOf(policyText({ checks }))).toMatchObject([{ field: 'checks.mail.files.owner' }]);
    const path = join(folder, 'account.yml');
    writeFileSync(path, "account: '123456789012'\nstart: { toString: 1, valueOf: 1 }\nresources: []\n");
    const read = readAccountFile(path);
    expect(read.ok ? [] : read.problems.map((problem) => problem.replace(path, ''))).toContain(
      ':2  start: is not an instant; write it like 2026-01-05T00:00:00Z',
    );
  });

  test('begins at an instant that is the same in every time zone', () => {
    const path = join(folder, 'account.yml');
    writeFileSync(path, "account: '123456789012'\nstart: 2026-01-05 10:00\nresources: []\n");
    const read = readAccountFile(path);
    expect(read.ok ? '' : read.problems.join()).toContain('start: is not an instant');
  });
});
