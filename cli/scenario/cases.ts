import { inWords } from '../../functions/policy/duration.ts';
import type { Step } from '../runbook/runbook.ts';
import { type Play, promotedOf, recoveredOf } from './play.ts';

/** Whether a case of a runbook is at hand, by what the account shows, and why. */
export interface Case {
  readonly holds: boolean;
  readonly because: string;
}

const yes = (because: string): Case => ({ holds: true, because });
const no = (because: string): Case => ({ holds: false, because });

type Judge = (play: Play, ...words: string[]) => Case | Promise<Case>;

/** The cases that runbooks know, by their words, each with how whoever follows them sees whether it is at hand. */
const cases: readonly (readonly [RegExp, Judge])[] = [
  [
    /^the replica of (\S+) was (not )?promoted$/,
    (play, name, not) => {
      const was = promotedOf(play, name) !== undefined;
      return { holds: was === (not === undefined), because: was ? 'it was promoted' : 'it was not' };
    },
  ],
  [
    /^the recovery of (\S+) ended FAILED with RecoveredDataFailed, RecoveredDataSuspect or NotVerified$/,
    (play, name) => {
      const last = play.recoveries.findLast(({ resource }) => resource === name)?.ended;
      if (last === undefined) return no('none was started');
      const failed = ['RecoveredDataFailed', 'RecoveredDataSuspect', 'NotVerified'].includes(last.error ?? '');
      return failed ? yes(`it ended with ${last.error}`) : no(`it ended ${last.status}`);
    },
  ],
  [
    /^(\S+) has a standby, 5 minutes have passed, and it still does not answer$/,
    (play, name) => (play.application.refusal(name) === undefined ? no('it answers') : yes('it does not answer')),
  ],
  [
    /^(\S+) is `available` and still answers nobody$/,
    async (play, name) => {
      if (play.application.refusal(name) === undefined) return no('it answers');
      const status = await statusOf(play, name);
      return status === 'available' ? yes('it is available') : no(`its status is ${status}`);
    },
  ],
  [
    /^(\S+) was in the failed zone alone$/,
    (play, name) => (play.application.refusal(name) === undefined ? no('it answers') : yes('it does not answer')),
  ],
  [/^(\S+) was hit$/, (play, name) => (isDamaged(play, name) ? yes('it was') : no('it was not'))],
  [/^(\S+) is damaged$/, (play, name) => (isDamaged(play, name) ? yes('it is') : no('its data is right'))],
  [
    /^nobody is sure that the data of (\S+) was good then$/,
    (play, name) => (isDamaged(play, name) ? yes('nobody asked it then') : no('its data is right today')),
  ],
  [
    /^(\S+) was hit, and no drill of it has passed between that instant and the first bad write$/,
    (play, name) => {
      if (!isDamaged(play, name)) return no('it was not hit');
      const from = play.context.lastGood ?? '';
      const passed = play.context.drilled.find(
        ({ name: of, verdict, dataInstant = '' }) =>
          of === name && verdict === 'PASS' && dataInstant >= from && Date.parse(dataInstant) <= play.failedAt,
      );
      return passed === undefined ? yes('none has') : no(`one has, of data of ${passed.dataInstant?.slice(0, 16)}`);
    },
  ],
  [/^you (decided to stop|stopped) the backups$/, () => no('they go on, for the evidence')],
  [
    /^(\S+) as a whole is gone$/,
    async (play, name) => ((await statusOf(play, name)) === undefined ? yes('it is') : no('it is there')),
  ],
  [
    /^(files|rows) of (\S+) are gone$/,
    (play, _what, name) => (isDamaged(play, name) ? yes('they are') : no('none is')),
  ],
  [
    /^(\S+) (?:as a whole was recovered|was recovered as a whole, and the original is gone)$/,
    (play, name) => (recoveredOf(play, name) === undefined ? no('it was not') : yes('it was')),
  ],
  [
    /^recovery points of (\S+) were deleted$/,
    (play, name) => {
      const told = play.pointsDeleted.has(name);
      return told ? yes('Lifeboat said so') : no('nothing says so');
    },
  ],
  [/^the key of (\S+) is deleted for good$/, () => no('KMS knows it')],
  [
    /^it is the key of the vault in (\S+)$/,
    (play, region) => {
      const state = play.keys.get(region);
      return state === 'Enabled' ? no('that one is Enabled') : yes(`that one is ${state}`);
    },
  ],
  [/^it is the key of a database or of a file system$/, () => no('it is the key of the vault')],
  [
    /^its status is `(.+)`$/,
    async (play, status) => {
      const is = await statusOf(play, play.step?.resource ?? '');
      return is === status ? yes('it is') : no(`it is ${is}`);
    },
  ],
];

/** Judges the case of a step. One that nobody taught is an error: a step is not left out in silence. */
export async function caseOf(play: Play, step: Step): Promise<Case> {
  if (step.when === undefined) return yes('always');
  for (const [words, judge] of cases) {
    const found = words.exec(step.when);
    if (found !== null) return judge(play, ...found.slice(1));
  }
  throw new Error(`The scenarios do not know the case "${step.when}". Teach it to cli/scenario/cases.ts.`);
}

export function knowsCase(when: string): boolean {
  return cases.some(([words]) => words.test(when));
}

/** What somebody decides. */
export interface Decision {
  readonly says: string;
  /** The steps of whom are left out from here on; absent: go on. */
  readonly leaveOut?: { readonly resource: string; readonly until: 'end of part' | 'end' };
  /** The rest of the parts is left out. */
  readonly stops?: true;
}

type Decider = (play: Play, ...words: string[]) => Decision | Promise<Decision>;

const on = (says: string): Decision => ({ says });

const decisions: readonly (readonly [RegExp, Decider])[] = [
  [
    /^If any line under “When not to act” holds, wait as it says/,
    async (play) => {
      await play.operator.wait(5 * 60_000);
      const silent = silentOnes(play);
      return on(
        `What has a standby fails over by itself: 5 minutes are waited. Now ${silent.length === 0 ? 'all of them answer' : `only ${silent.join(' and ')} does not answer`}.`,
      );
    },
  ],
  [
    /^If everything that failed goes on by itself/,
    (play) => {
      const silent = silentOnes(play);
      return silent.length === 0
        ? { says: 'Everything answers: nothing is recovered.', stops: true }
        : on(`${silent.join(' and ')} does not answer: on.`);
    },
  ],
  [
    /^If (\S+) is not back (?:after 15 minutes|by (\S+)), recover it/,
    async (play, name, by) => {
      const until = by === undefined || by === '' ? play.failedAt + 15 * 60_000 : Date.parse(by);
      const { world } = play.scene;
      const rto = play.context.resources.find((one) => one.name === name)?.tier.objectives.rto;
      if (name !== undefined && rto !== undefined) play.backBy.set(name, play.failedAt + rto * 1000);
      while (world.now() < until && play.application.refusal(name) !== undefined) await play.operator.wait(60_000);
      return play.application.refusal(name) === undefined
        ? { says: `${name} answers by itself: nothing is done to it.`, leaveOut: { resource: name, until: 'end' } }
        : on(`${name} is not back: it is recovered.`);
    },
  ],
  [
    /^If the subnet group of a database has no subnet in a healthy zone/,
    () => on('It has two: its own network is taken.'),
  ],
  [
    /^If whoever decides about lost data accepts what the answer says/,
    (play) => on(`All ${play.context.resources.length} are in the answer, and it is accepted.`),
  ],
  [
    /^If it lagged more than (.+?)(?: \(replica_rpo\))?, if its lag is not known/,
    (play) => {
      const name = play.step?.resource ?? '';
      const lag = play.lags.get(name);
      const bound = play.context.resources.find((one) => one.name === name)?.tier.objectives.replica_rpo ?? 0;
      if (lag !== undefined && lag <= bound) return on(`It lagged ${inWords(Math.ceil(lag))}: it is promoted.`);
      const known = lag === undefined ? 'Its lag is not known' : `It lagged ${inWords(Math.ceil(lag))}`;
      return { says: `${known}: it is not promoted.`, leaveOut: { resource: name, until: 'end of part' } };
    },
  ],
  [/^If anything still writes to the original, stop it first/, () => on('Nothing does any more.')],
  [/^If whatever writes the wrong data still runs, stop it now/, () => on('The release is taken back.')],
  [
    /^If (?:a drill|the drill) says FAIL or SUSPECT/,
    (play) => {
      const bad = play.drills.filter(({ verdict }) => verdict !== 'PASS');
      if (bad.length === 0) return on(play.drills.length === 0 ? 'None had to be started.' : 'All passed.');
      play.troubles.push(`a drill before the failure said ${bad.map(({ verdict }) => verdict).join(', ')}`);
      return on('It did.');
    },
  ],
  [
    /^If a few tables, rows or files are wrong, copy them/,
    async (play) => {
      for (const name of play.plot.damaged) await play.switchOver(name);
      return on(
        `A third of a table is wrong, and it is the whole resource: ${play.plot.damaged.join(', ')} alone is switched over.`,
      );
    },
  ],
  [/^If all that was missing is copied back/, () => on('A whole database is missing.')],
  [/^If points were deleted and the resource is well, back it up now/, () => on('They were, and it is.')],
  [/^If backups of bad data hide nothing and you want the evidence/, () => on('The schedules stay.')],
  [/^If you are not sure that they are out/, () => on('They are out.')],
  [/^If the account comes back, take the runbook/, () => on('It does not.')],
  [
    /^If its state is PendingDeletion, cancel the deletion/,
    (play) => on([...play.keys].map(([region, state]) => `${region}: ${state}`).join(', ')),
  ],
  [
    /^If all of them are available and answer, go to “How to verify”/,
    (play) => {
      const silent = silentOnes(play);
      return silent.length === 0
        ? { says: 'All of them answer.', stops: true }
        : on(`${silent.join(', ')} does not answer.`);
    },
  ],
];

/** Decides as the runbook's words say. */
export async function decisionOf(play: Play, step: Step): Promise<Decision> {
  for (const [words, decide] of decisions) {
    const found = words.exec(step.says);
    if (found !== null) return decide(play, ...found.slice(1).map((word) => word ?? ''));
  }
  throw new Error(`The scenarios do not know how to decide "${step.says}". Teach it to cli/scenario/cases.ts.`);
}

export function knowsDecision(says: string): boolean {
  return decisions.some(([words]) => words.test(says));
}

function silentOnes(play: Play): string[] {
  return play.context.resources.map(({ name }) => name).filter((name) => play.application.refusal(name) !== undefined);
}

function isDamaged({ plot }: Play, name: string): boolean {
  return plot.damaged.includes(name);
}

/** The status that RDS shows of a database, or EFS of a file system, at home; undefined where there is none such. */
async function statusOf({ operator, context, home }: Play, name: string): Promise<string | undefined> {
  const resource = context.resources.find((one) => one.name === name);
  if (resource === undefined) return undefined;
  try {
    if (resource.kind === 'efs') {
      const told = await operator.ask(home, 'EFS', 'DescribeFileSystems', { FileSystemId: resource.id });
      return (told.FileSystems as { LifeCycleState: string }[])[0]?.LifeCycleState;
    }
    if (resource.kind === 'aurora') {
      const told = await operator.ask(home, 'RDS', 'DescribeDBClusters', { DBClusterIdentifier: resource.id });
      return (told.DBClusters as { Status: string }[])[0]?.Status;
    }
    const told = await operator.ask(home, 'RDS', 'DescribeDBInstances', { DBInstanceIdentifier: resource.id });
    return (told.DBInstances as { DBInstanceStatus: string }[])[0]?.DBInstanceStatus;
  } catch (error) {
    if (/NotFound/.test((error as Error).name)) return undefined;
    throw error;
  }
}
