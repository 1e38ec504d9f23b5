import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checker } from '../../simulator/checkers/checker.ts';
import { evidenceComplete } from '../../simulator/checkers/evidence-complete.ts';
import { lastGoodPoint } from '../../simulator/checkers/last-good-point.ts';
import { neverSilentlyGreen } from '../../simulator/checkers/never-silently-green.ts';
import { noMissedBreach } from '../../simulator/checkers/no-missed-breach.ts';
import { noOrphan } from '../../simulator/checkers/no-orphan.ts';
import { onePage } from '../../simulator/checkers/one-page.ts';
import { readAccountFile } from '../../simulator/scenarios/account-file.ts';
import { recordOf, type WrittenRecord } from '../../simulator/scenarios/evidence.ts';
import { everyBoundOf } from '../../simulator/scenarios/generated/bounds.ts';
import { type Message, messageOf } from '../../simulator/scenarios/messages.ts';
import { leaveFor, scheduleFailure } from '../../simulator/scenarios/play-failure.ts';
import { runScenario, type Scene } from '../../simulator/scenarios/run.ts';
import { tellerOf, when } from '../../simulator/scenarios/story.ts';
import type { PolicyExcerpt } from '../../simulator/scenarios/summary.ts';
import type { Template } from '../../simulator/world/deploy/index.ts';
import { real } from '../../simulator/world/real.ts';
import { type TraceEntry, traceLine } from '../../simulator/world/trace.ts';
import { OptionsRejected } from '../options.ts';
import { compileTemplate, packagedPolicy, stacksOf } from '../package.ts';
import { progressBar } from '../progress.ts';
import { isRunbookName, nearestRunbook, type RunbookName, runbookFor, runbookNames } from '../runbook/names.ts';
import { runbookOf } from '../runbook/runbook.ts';
import { switchOver } from './answer.ts';
import { applicationOf } from './application.ts';
import { follow } from './follow.ts';
import { journalFrom } from './journal.ts';
import { operatorOf } from './operator.ts';
import type { Play, Silence } from './play.ts';
import { failsAfter, type Plot, plots } from './plots.ts';
import { accountFile, contextAt, headOf, policyFile } from './print.ts';
import { rowsOf, tableLines } from './table.ts';
import { tryAll } from './tries.ts';

const root = join(import.meta.dirname, '../..');
const day = 86_400_000;

/** What `npm start -- --scenario list` prints. */
export function scenarioList(): string {
  const width = Math.max(...runbookNames.map((name) => name.length)) + 2;
  const lines = runbookNames.map((name) => `  ${name.padEnd(width)}${runbookFor[name]}`);
  return ['Scenarios, one for each runbook. Play one with: npm start -- --scenario NAME', '', ...lines].join('\n');
}

/** @throws OptionsRejected when there is no scenario of this name */
export function scenarioNamed(written: string): RunbookName {
  if (isRunbookName(written)) return written;
  const meant = nearestRunbook(written);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new OptionsRejected(`--scenario ${written}: there is none of this name.${hint}\n\n${scenarioList()}`);
}

/**
 * Plays one failure in the simulated account, follows its runbook by the very inputs that it prints, and holds what came of
 * it against what was announced. Answers whether all of it is equal.
 */
export async function playScenario(
  name: RunbookName,
  options: { readonly seed: string; readonly trace: string | undefined },
): Promise<boolean> {
  const began = real.now();
  const taskRoot = mkdtempSync(join(tmpdir(), 'lifeboat-task-'));
  const trace = options.trace === undefined ? undefined : openSync(options.trace, 'w');
  const plot = plots[name];
  const bar = progressBar(process.stderr);
  const say = (line: string) => {
    bar.clear();
    process.stdout.write(`${line}\n`);
  };
  try {
    const stacks = await stacksOf(policyFile);
    const templates = await Promise.all(
      stacks.map(async (stack) => ({
        region: stack.region,
        template: (await compileTemplate({ ...stack, policyFile, outDir: taskRoot })) as Template,
      })),
    );
    const excerpt = JSON.parse(readFileSync(join(taskRoot, packagedPolicy), 'utf8')) as PolicyExcerpt;
    const read = readAccountFile(accountFile);
    if (!read.ok) throw new OptionsRejected(read.problems.join('\n'));
    const file = read.account;
    const failedAt = file.start + failsAfter;
    const { home } = excerpt;

    const names = new Map<string, string>();
    const tell = tellerOf((arn) => names.get(arn) ?? arn);
    const heard = { records: [] as WrittenRecord[], messages: [] as Message[] };
    const checkers: Checker[] = [noOrphan(), onePage(), lastGoodPoint(), evidenceComplete()];
    const journal = journalFrom(() => failedAt - day);
    const pointsDeleted = new Set<string>();
    let failing = false;

    say(`Seed ${options.seed}. The scenario ${name}, in the account of ${accountFile} under ${policyFile}.`);
    say(`Deployed: ${stacks.map(({ region, part }) => `${region} (${part})`).join(', ')}.`);

    let ok = false;
    await runScenario({
      file,
      seed: options.seed,
      days: failsAfter / day,
      // Three that the applications write to all day, and what is drilled or recovered beside them.
      openDatabases: 6,
      home,
      stacks: templates,
      taskRoot,
      sourceRoot: root,
      begun: (scene) => {
        for (const [arn, spec] of scene.resources) names.set(arn, spec.name);
        // What it excuses depends on what fails, which is known as soon as the resources stand there.
        const leave = leaveFor(plot.failures(scene, home), home, scene.startedAt);
        const bounds = [...scene.resources].flatMap(([arn, { tags, kind }]) =>
          everyBoundOf(excerpt, arn, tags['lifeboat:tier'] ?? '', kind),
        );
        checkers.push(neverSilentlyGreen(leave), noMissedBreach(bounds, leave));
        readEveryMinute(scene, checkers);
      },
      wrote: (scene, spec) => journal.note(scene, spec),
      listen: (entry: TraceEntry) => {
        if (trace !== undefined) writeSync(trace, `${traceLine(entry)}\n`);
        for (const checker of checkers) checker.see(entry);
        const record = recordOf(entry);
        if (record !== undefined) heard.records.push(record);
        const message = messageOf(entry);
        if (message !== undefined) {
          heard.messages.push(message);
          if (message.kind.startsWith('finding:point-deleted')) pointsDeleted.add(names.get(message.subject) ?? '');
        }
        // A day of backups and drills are told in one line; what happens from the failure on is told as it happens.
        if (failing || (message?.severity === 'page' && message.phase === 'opened')) {
          for (const line of tell(entry)) say(line);
        }
      },
      hourly: (scene) => {
        for (const checker of checkers) checker.look(scene.account, scene.world.now());
        bar.show((scene.world.now() - scene.startedAt) / (failsAfter * 1.6));
      },
      after: async (scene) => {
        say(lifeUpToNow(scene, heard.records));
        say('');
        say(`${plot.says}`);
        failing = true;
        const failures = plot.failures(scene, home);
        const stage = { account: scene.account, home: scene.account.region(home), start: scene.startedAt };
        for (const failure of failures) scheduleFailure({ ...stage, resources: scene.resources }, failure);
        ok = await playRunbook({ name, plot, scene, home, journal, checkers, pointsDeleted, failedAt, say, heard });
      },
    });
    bar.clear();
    process.stderr.write(`${((real.now() - began) / 1000).toFixed(1)} s of real time\n`);
    return ok;
  } finally {
    if (trace !== undefined) closeSync(trace);
    rmSync(taskRoot, { recursive: true, force: true });
  }
}

/** Windows and replicas move by themselves. */
function readEveryMinute(scene: Scene, checkers: readonly Checker[]): void {
  const { world, account } = scene;
  const read = () => {
    for (const checker of checkers) checker.read?.(account, world.now());
    world.after(60_000, 'the checkers read', read);
  };
  world.after(60_000, 'the checkers read', read);
}

interface Parts {
  readonly name: RunbookName;
  readonly plot: Plot;
  readonly scene: Scene;
  readonly home: string;
  readonly journal: Play['journal'];
  readonly checkers: readonly Checker[];
  readonly pointsDeleted: ReadonlySet<string>;
  readonly failedAt: number;
  readonly say: (line: string) => void;
  readonly heard: { readonly records: readonly WrittenRecord[]; readonly messages: readonly Message[] };
}

async function playRunbook(parts: Parts): Promise<boolean> {
  const { name, plot, scene, home, checkers, failedAt, say, heard } = parts;
  const { world, account } = scene;
  const silences = new Map<string, Silence[]>();
  let minutes = 0;
  let watch = () => {};
  const operator = operatorOf(account, () => {
    watch();
    minutes += 1;
    if (minutes % 60 === 0) for (const checker of checkers) checker.look(account, world.now());
  });
  const before = await contextAt(parts, heard.records);
  const application = applicationOf(scene, before);
  watch = () => {
    for (const { name: one } of before.resources) {
      const known = silences.get(one) ?? [];
      const last = known.at(-1);
      const isSilent = application.refusal(one) !== undefined;
      if (isSilent && (last === undefined || last.until !== undefined)) {
        known.push({ from: known.length === 0 ? failedAt : world.now(), until: undefined });
        silences.set(one, known);
      } else if (!isSilent && last !== undefined) last.until ??= world.now();
    }
  };
  await operator.wait(plot.noticedAfter);

  const context = await contextAt(parts, heard.records);
  const runbook = runbookOf(name, context);
  say('');
  for (const line of headOf(runbook)) say(line);
  const play: Play = {
    ...{ scene, home, plot, context, runbook, operator, application, failedAt, silences, say },
    journal: parts.journal,
    pointsDeleted: parts.pointsDeleted,
    recoveries: [],
    promotions: [],
    leaveOut: new Map(),
    backBy: new Map(),
    lags: new Map(),
    keys: new Map(),
    drills: [],
    underWay: [],
    seenAtEnd: new Map(),
    tries: new Map(),
    troubles: [],
    step: undefined,
    switchOver: (one) => switchOver(play, one),
  };
  await follow(play);
  if (plot.allIsLost === true) for (const [one, tries] of await tryAll(play)) play.tries.set(one, tries);
  const rows = await rowsOf(play);
  for (const checker of checkers) checker.look(account, world.now());
  const findings = checkers.map((checker) => checker.conclude(world.now()));
  const broken = findings.flatMap(({ invariant, violations }) => violations.map((words) => `${invariant}: ${words}`));
  say('');
  say(`It is ${when(new Date(world.now()).toISOString())} UTC. Announced, and true (writes up to the failure):`);
  say('');
  for (const line of tableLines(rows)) say(line);
  say('');
  for (const { invariant, examined, violations } of findings) {
    const looked = Object.entries(examined).map(([what, count]) => `${count} ${what}`);
    say(`  ${violations.length === 0 ? 'held  ' : 'BROKEN'}  ${invariant} (examined: ${looked.join(', ')})`);
  }
  const wrong = [
    ...rows.flatMap(({ resource, unequal }) => unequal.map((words) => `${resource}: ${words}`)),
    ...play.troubles,
    ...broken,
  ];
  say('');
  for (const words of wrong) say(`NOT as announced: ${words}`);
  say(wrong.length === 0 ? 'Everything is as it was announced.' : 'The runbook did NOT do what it says.');
  return wrong.length === 0;
}

function lifeUpToNow({ account, world, startedAt }: Scene, records: readonly WrittenRecord[]): string {
  const points = account.regions.map(
    ({ name, services }) =>
      `${services.Backup.truth().points.filter(({ status }) => status === 'COMPLETED').length} recovery points in ${name}`,
  );
  const verdicts = records
    .filter(({ content }) => content.workflow === 'drill')
    .map(({ content }) => content.verdict?.is ?? 'no verdict');
  const drills = [...new Set(verdicts)].sort().map((is) => `${verdicts.filter((one) => one === is).length} ${is}`);
  return `From ${when(new Date(startedAt).toISOString())} to ${when(new Date(world.now()).toISOString())} UTC all is well: ${points.join(', ')}; drills: ${drills.join(', ')}.`;
}
