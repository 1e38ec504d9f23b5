import { type Fault, iso } from './fault.ts';

const minute = 60_000;
const detailTypes = ['Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change'] as const;
const ids = ['backupJobId', 'copyJobId', 'restoreJobId'] as const;

/**
 * Every few minutes the bus carries events about jobs, and about executions, that are not what AWS documents: members
 * missing or of other kinds, jobs that nobody knows, names that are no names. They are about nothing, so nothing may
 * come of them: no wait ends, no deadline moves, nobody is told.
 */
export const eventsMalformed: Fault = ({ account, home, copy, chance, start, end, calm }) => {
  const { world } = home;
  let fired = 0;
  const odd = (): unknown =>
    chance.pick([
      null,
      0,
      -1,
      '',
      ' ',
      '__proto__',
      '\u0000',
      'FFFFFFFF-0000-4000-8000-000000000000',
      'a'.repeat(3_000),
      [],
      ['FFFFFFFF-0000-4000-8000-000000000000'],
      { toString: 1, valueOf: 1 },
    ] as const);
  const put = (): void => {
    for (const region of [home, copy]) {
      const kind = chance.whole(0, 2);
      const job = { [ids[kind] ?? '']: odd(), state: odd(), status: odd(), resourceArn: odd() };
      // Of a job that is not there, whatever else is right.
      const unknown = { [ids[kind] ?? '']: 'FFFFFFFF-0000-4000-8000-000000000000', state: 'COMPLETED' };
      const machine = `lifeboat-${chance.pick(['protect', 'drill', 'fleet', 'recover'])}`;
      const states = `arn:aws:states:${region.name}:${account.id}`;
      const execution = {
        stateMachineArn: `${states}:stateMachine:${machine}`,
        // Of a machine that is not ours: an event of ours that is well formed is the truth for whoever checks the run.
        executionArn: chance.pick([`${states}:execution:constructor:nobody`, `${states}:execution:else:nobody`]),
        status: chance.pick(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
        input: odd(),
        output: odd(),
      };
      const aws = (source: string, detailType: string, detail: Readonly<Record<string, unknown>>) => {
        region.emit({ source, detailType, resources: [], detail });
        fired += 1;
      };
      aws('aws.backup', detailTypes[kind] ?? '', chance.pick([{}, job, unknown]));
      aws('aws.states', 'Step Functions Execution Status Change', execution);
    }
    if (world.now() + 5 * minute < end) world.after(5 * minute, 'malformed events', put);
  };
  world.at(start + calm, 'malformed events', put);
  return { words: `from ${iso(start + calm)} on events are malformed`, fired: () => fired, leave: {} };
};
