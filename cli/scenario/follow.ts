import { when } from '../../simulator/scenarios/story.ts';
import type { Step } from '../runbook/runbook.ts';
import { toldOf } from './answer.ts';
import { makeCalls } from './calls.ts';
import { caseOf, decisionOf } from './cases.ts';
import { type Ended, refusalOf } from './operator.ts';
import { type Play, promotedOf } from './play.ts';
import { typeCommand } from './typed.ts';

/** Follows a runbook, step by step, and tells of each. What goes another way than the runbook says is a trouble. */
export async function follow(play: Play): Promise<void> {
  let number = 0;
  let stopped = false;
  const walk = async (title: string, steps: readonly Step[]): Promise<void> => {
    play.say('');
    play.say(`  ${title}`);
    for (const step of steps) {
      number += 1;
      play.step = step;
      const head = `  ${String(number).padStart(3)} ${step.kind.padEnd(7)} `;
      const left = play.leaveOut.get(step.resource ?? '');
      if (left !== undefined) {
        play.say(`${head} (${step.resource}: left out, ${left.why})`);
        continue;
      }
      const { holds, because } = await caseOf(play, step);
      if (!holds) {
        play.say(`${head} (only if ${step.when}: ${because})`);
        continue;
      }
      play.say(`${head} ${step.says}`);
      if (await doStep(play, step)) stopped = true;
      if (stopped) break;
    }
    for (const [name, { until }] of play.leaveOut) if (until === 'end of part') play.leaveOut.delete(name);
  };
  for (const { title, steps } of play.runbook.parts) {
    if (stopped) break;
    await walk(title, steps);
  }
  // Before anybody writes anything by way of a check.
  await seeAll(play);
  await waitForOthers(play, (words) => play.say(`${indent}→ ${words}`));
  stopped = false;
  play.leaveOut.clear();
  await walk('How to verify', play.runbook.verify);
}

async function seeAll(play: Play): Promise<void> {
  const { application, context, journal, operator, seenAtEnd } = play;
  await operator.now(async () => {
    for (const { name } of context.resources) {
      if (application.refusal(name) !== undefined) continue;
      const seen = await application.reads(application.placeOf(name));
      seenAtEnd.set(name, { seen, journal: journal.of(name).at(-1)?.digest });
    }
  });
}

const indent = ' '.repeat(14);

/** Answers whether the rest of the parts is left out. */
async function doStep(play: Play, step: Step): Promise<boolean> {
  const answer = (words: string) => play.say(`${indent}→ ${words}`);
  switch (step.kind) {
    case 'decide': {
      await waitForOthers(play, answer);
      const { says, leaveOut, stops } = await decisionOf(play, step);
      answer(says);
      if (leaveOut !== undefined) play.leaveOut.set(leaveOut.resource, { why: 'as decided', until: leaveOut.until });
      return stops === true;
    }
    case 'start':
      await startMachine(play, step, answer);
      return false;
    case 'wait':
      await wait(play, step, answer);
      return false;
    case 'look':
    case 'check':
    case 'command': {
      const isCommand = step.kind === 'command';
      if (step.calls === undefined && step.command !== undefined) {
        const { words, failed } = await typeCommand(play, step);
        answer(words);
        if (failed) play.troubles.push(words);
      }
      const told = await makeCalls(play, await withIds(play, step));
      for (const { words, failed } of told) {
        answer(words);
        // What only looks may find nobody there.
        if (failed && isCommand) play.troubles.push(words);
      }
      await afterwards(play, step, answer);
      return false;
    }
  }
}

/** Some operations take no alias: the command of the page asks for the id first. */
async function withIds(play: Play, step: Step): Promise<Step> {
  if (step.command?.startsWith('KEY=') !== true) return step;
  const calls = [];
  for (const call of step.calls ?? []) {
    const { KeyMetadata } = await play.operator.ask(call.region ?? play.home, 'KMS', 'DescribeKey', call.input);
    calls.push({ ...call, input: { ...call.input, KeyId: (KeyMetadata as { KeyId: string }).KeyId } });
  }
  return { ...step, calls };
}

async function startMachine(play: Play, step: Step, answer: (words: string) => void): Promise<void> {
  const { machine = 'recover', input = {}, region = play.home } = step;
  answer(`lifeboat-${machine} in ${region}: ${JSON.stringify(input)}`);
  let execution: string;
  try {
    execution = await play.operator.start(region, machine, input);
  } catch (error) {
    play.troubles.push(`lifeboat-${machine} in ${region} could not be started: ${refusalOf(error)}`);
    answer(refusalOf(error));
    return;
  }
  if (machine === 'recover' && input.resource !== undefined) {
    const resource = step.resource ?? String(input.resource);
    play.recoveries.push({
      resource,
      region,
      execution,
      ended: undefined,
      endedAt: undefined,
      seen: undefined,
      held: undefined,
    });
    return;
  }
  if (machine === 'drill' || machine === 'protect') {
    play.underWay.push({ machine, resource: step.resource ?? '', region, execution });
    return;
  }
  const ended = await play.operator.ended(region, execution);
  answer(`${ended.status}${ended.error === undefined ? '' : `: ${ended.error}: ${ended.cause}`}`);
  if (ended.status !== 'SUCCEEDED') play.troubles.push(`lifeboat-${machine} in ${region} ended ${ended.status}`);
  if (machine === 'recover') for (const line of listed(ended)) answer(line);
}

/** Drills and backups that were started side by side are waited for when somebody needs to know what came of them. */
async function waitForOthers(play: Play, answer: (words: string) => void): Promise<void> {
  for (const { machine, resource, region, execution } of play.underWay.splice(0)) {
    const ended = await play.operator.ended(region, execution);
    const verdict = machine === 'drill' ? verdictOf(ended) : ended.status;
    if (machine === 'drill') play.drills.push({ resource, verdict });
    if (ended.status !== 'SUCCEEDED') play.troubles.push(`lifeboat-${machine} of ${resource} ended ${ended.status}`);
    answer(`lifeboat-${machine} of ${resource} in ${region}: ${verdict}`);
  }
}

function verdictOf({ status, output }: Ended): string {
  return (output as { drill?: { verdict: string } }).drill?.verdict ?? status;
}

/** What lifeboat-recover answers to {}: a line for each resource. */
function listed({ output }: Ended): string[] {
  const { resources = [] } = output as {
    resources?: { name: string; would: { dataInstant?: string; proven?: boolean; refused?: string } }[];
  };
  return resources.map(({ name, would }) =>
    would.refused !== undefined
      ? `${name}: ${would.refused}`
      : `${name}: data of ${would.dataInstant}, ${would.proven === true ? 'proven' : 'not proven'}`,
  );
}

async function wait(play: Play, step: Step, answer: (words: string) => void): Promise<void> {
  const open = play.recoveries.filter(({ ended }) => ended === undefined);
  if (step.says.startsWith('Wait until every recovery')) {
    for (const recovery of open) {
      recovery.ended = await play.operator.ended(recovery.region, recovery.execution);
      recovery.endedAt = recovery.ended.endedAt;
      for (const line of await toldOf(play, recovery)) answer(line);
    }
    if (open.length === 0) answer('none was started');
    return;
  }
  const [, minutes] = /^Wait (\d+) minutes/.exec(step.says) ?? [];
  await play.operator.wait(Number(minutes ?? 5) * 60_000);
  answer(`it is ${when(new Date(play.scene.world.now()).toISOString())}`);
}

/** What a step asks besides its calls. */
async function afterwards(play: Play, step: Step, answer: (words: string) => void): Promise<void> {
  const name = step.resource ?? '';
  if (step.calls?.some(({ operation }) => operation === 'PromoteReadReplica') === true) {
    const [call] = step.calls;
    const region = call?.region ?? '';
    const id = String(call?.input.DBInstanceIdentifier);
    const upTo = play.failedAt - (play.lags.get(name) ?? 0) * 1000;
    const began = play.scene.world.now();
    play.promotions.push({
      resource: name,
      region,
      id,
      upTo,
      began,
      address: undefined,
      ended: undefined,
      seen: undefined,
    });
    return;
  }
  const promotion = promotedOf(play, name);
  if (promotion !== undefined && promotion.ended === undefined && step.kind === 'check') {
    await promoted(play, promotion, answer);
    return;
  }
  if (step.says.startsWith('Open the application as a user does')) await useIt(play, answer);
  if (step.says.startsWith('Wait for the next backup and the next drill')) await nextProof(play, answer);
  if (step.says.startsWith('Compare `loses.after`')) answer('the table below');
}

/** A promotion has ended when it is available and replicates no more. */
async function promoted(
  play: Play,
  promotion: Play['promotions'][number],
  answer: (words: string) => void,
): Promise<void> {
  const { region, id, began } = promotion;
  const { world } = play.scene;
  for (let minutes = 0; minutes < 120; minutes += 1) {
    const told = await play.operator.ask(region, 'RDS', 'DescribeDBInstances', { DBInstanceIdentifier: id });
    const [one] = told.DBInstances as {
      DBInstanceStatus: string;
      ReadReplicaSourceDBInstanceIdentifier?: string;
      Endpoint: { Address: string };
    }[];
    if (one?.DBInstanceStatus === 'available' && one.ReadReplicaSourceDBInstanceIdentifier === undefined) {
      promotion.ended = world.now();
      promotion.address = one.Endpoint.Address;
      const { address } = promotion;
      promotion.seen = await play.operator.now(() => play.application.reads({ is: 'database', address }));
      answer(`${id} takes writes, ${Math.round((promotion.ended - began) / 60_000)} min after its promotion began`);
      return;
    }
    await play.operator.wait(60_000);
  }
  play.troubles.push(`${id} was not promoted within two hours`);
}

/** Everybody who works with the application does what they always do. */
async function useIt(play: Play, answer: (words: string) => void): Promise<void> {
  for (const { name } of play.context.resources) {
    let words: string;
    try {
      const isKept = await play.operator.now(() => play.application.writes(name));
      words = isKept ? `${name} takes writes and gives them back` : `${name} LOSES WRITES`;
      if (!isKept) play.troubles.push(words);
    } catch (error) {
      words = `${name} DOES NOT ANSWER: ${(error as Error).message}`;
      play.troubles.push(words);
    }
    answer(words);
  }
}

/** Waits until each resource has a newer point at home, and a copy of it. */
async function nextProof(play: Play, answer: (words: string) => void): Promise<void> {
  const since = play.scene.world.now();
  const { context, home, scene, operator } = play;
  const regions = [home, ...new Set(context.resources.flatMap(({ tier }) => tier.copies.map(({ to }) => to.region)))];
  const missing = () =>
    regions.flatMap((region) => {
      const { points } = scene.account.region(region).services.Backup.truth();
      return context.resources
        .filter(
          ({ arn }) =>
            !points.some(
              (one) => one.resourceArn === arn && (one.completedAt ?? 0) > since && one.status === 'COMPLETED',
            ),
        )
        .map(({ name }) => `${name} in ${region}`);
    });
  for (let hours = 0; hours < 24 && missing().length > 0; hours += 1) await operator.wait(3_600_000);
  const left = missing();
  if (left.length > 0) play.troubles.push(`no new recovery point within a day: ${left.join(', ')}`);
  answer(
    left.length > 0
      ? `still missing: ${left.join(', ')}`
      : `every resource has a new point in ${regions.join(' and ')}`,
  );
}
