// The simulated account replaces the globals for time and chance: before any library reads them.
import '../simulator/world/globals.ts';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checker } from '../simulator/checkers/checker.ts';
import { evidenceComplete } from '../simulator/checkers/evidence-complete.ts';
import { lastGoodPoint } from '../simulator/checkers/last-good-point.ts';
import { neverSilentlyGreen } from '../simulator/checkers/never-silently-green.ts';
import { noMissedBreach } from '../simulator/checkers/no-missed-breach.ts';
import { noOrphan } from '../simulator/checkers/no-orphan.ts';
import { onePage } from '../simulator/checkers/one-page.ts';
import { SqlFileError } from '../simulator/data/index.ts';
import { recordOf, type WrittenRecord } from '../simulator/scenarios/evidence.ts';
import { differences, pagedEpisodes } from '../simulator/scenarios/expectations.ts';
import { IncidentUnusable } from '../simulator/scenarios/incidents.ts';
import { type Message, messageOf } from '../simulator/scenarios/messages.ts';
import { runScenario, type Scene } from '../simulator/scenarios/run.ts';
import { tellerOf, when } from '../simulator/scenarios/story.ts';
import {
  boundsOf,
  type PolicyExcerpt,
  type Summary,
  standingsOf,
  summaryLines,
  tiersThatMayBeEmpty,
} from '../simulator/scenarios/summary.ts';
import type { Template } from '../simulator/world/deploy/index.ts';
import { real } from '../simulator/world/real.ts';
import { type TraceEntry, traceLine } from '../simulator/world/trace.ts';
import { accountOf } from './account.ts';
import { OptionsRejected, readOptions, type StartOptions, usage } from './options.ts';
import { compileTemplate, PolicyUnusable, packagedPolicy, stacksOf } from './package.ts';
import { progressBar } from './progress.ts';
import { askForReports } from './report/ask.ts';
import { playScenario, scenarioList, scenarioNamed } from './scenario/command.ts';
import { writeOut } from './write-out.ts';

const root = join(import.meta.dirname, '..');

async function start(options: StartOptions): Promise<boolean> {
  const began = real.now();
  const taskRoot = mkdtempSync(join(tmpdir(), 'lifeboat-task-'));
  const trace = options.trace === undefined ? undefined : openSync(options.trace, 'w');
  const say = (line: string) => {
    if (!options.json) process.stdout.write(`${line}\n`);
  };
  try {
    const stacks = await stacksOf(options.policy);
    const templates = await Promise.all(
      stacks.map(async (stack) => ({
        region: stack.region,
        template: (await compileTemplate({ ...stack, policyFile: options.policy, outDir: taskRoot })) as Template,
      })),
    );
    const policy = JSON.parse(readFileSync(join(taskRoot, packagedPolicy), 'utf8')) as PolicyExcerpt;
    const file = accountOf(options, Object.keys(policy.tiers)[0] ?? '');
    const days = options.days ?? file.expect?.days ?? 3;
    const names = new Map<string, string>();
    const nameOf = (arn: string) => names.get(arn) ?? arn;
    const tell = tellerOf(nameOf);
    const records: WrittenRecord[] = [];
    const messages: Message[] = [];
    const checkers: Checker[] = [
      noOrphan(),
      onePage(),
      lastGoodPoint(),
      evidenceComplete(),
      neverSilentlyGreen({}, tiersThatMayBeEmpty(policy)),
    ];
    const bar = progressBar(process.stderr);

    say(
      `Seed ${options.seed}. The account ${file.account} from ${when(new Date(file.start).toISOString())} UTC, ${days} days of virtual time.`,
    );
    say(`Deployed: ${stacks.map(({ region, part }) => `${region} (${part})`).join(', ')}. Rules: ${options.policy}.`);
    say('');

    let summary: Summary | undefined;
    await runScenario({
      file,
      seed: options.seed,
      days,
      home: policy.home,
      stacks: templates,
      taskRoot,
      sourceRoot: root,
      begun: (scene) => {
        for (const [arn, { name }] of scene.resources) names.set(arn, name);
        checkers.push(noMissedBreach(boundsOf(policy, scene.resources)));
        if (options.out !== undefined)
          askForReports(
            scene,
            stacks.map(({ region }) => region),
            policy.home,
          );
      },
      listen: (entry: TraceEntry) => {
        if (trace !== undefined) writeSync(trace, `${traceLine(entry)}\n`);
        for (const checker of checkers) checker.see(entry);
        const record = recordOf(entry);
        if (record !== undefined) records.push(record);
        const message = messageOf(entry);
        if (message !== undefined) messages.push(message);
        for (const line of tell(entry)) {
          bar.clear();
          say(line);
        }
      },
      hourly: (scene) => {
        for (const checker of checkers) checker.look(scene.account, scene.world.now());
        bar.show((scene.world.now() - scene.startedAt) / (scene.endedAt - scene.startedAt));
      },
      after: async (scene) => {
        bar.clear();
        summary = summaryOf(scene, { options, policy, file, records, messages, checkers, nameOf });
        if (options.out !== undefined) await writeOut(options.out, { summary, messages, account: scene.account });
        if (options.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
        else for (const line of summaryLines(summary, options.out !== undefined)) say(line);
      },
    });
    process.stderr.write(`${((real.now() - began) / 1000).toFixed(1)} s of real time\n`);
    return summary?.ok === true;
  } finally {
    if (trace !== undefined) closeSync(trace);
    rmSync(taskRoot, { recursive: true, force: true });
  }
}

function summaryOf(
  scene: Scene,
  parts: {
    options: StartOptions;
    policy: PolicyExcerpt;
    file: ReturnType<typeof accountOf>;
    records: readonly WrittenRecord[];
    messages: readonly Message[];
    checkers: readonly Checker[];
    nameOf: (arn: string) => string;
  },
): Summary {
  const { records, messages, nameOf } = parts;
  const findings = parts.checkers.map((checker) => checker.conclude(scene.world.now()));
  const episodes = pagedEpisodes(messages, nameOf);
  const lasts = scene.endedAt - scene.startedAt;
  const unlike = parts.file.expect === null ? [] : differences(parts.file, episodes, lasts);
  const standings = standingsOf(scene, boundsOf(parts.policy, scene.resources), records);
  const count = (items: readonly string[]) =>
    Object.fromEntries(
      [...new Set(items)].sort().map((item) => [item, items.filter((other) => other === item).length]),
    );
  return {
    seed: parts.options.seed,
    from: new Date(scene.startedAt).toISOString(),
    to: new Date(scene.endedAt).toISOString(),
    resources: [...scene.resources].map(([arn, { name, tags }]) => ({
      name,
      arn,
      tier: tags['lifeboat:tier'] ?? '(none)',
      points: Object.fromEntries(
        scene.account.regions.map((region) => [
          region.name,
          region.services.Backup.truth().points.filter(
            ({ resourceArn, status }) => resourceArn === arn && status === 'COMPLETED',
          ).length,
        ]),
      ),
      drills: count(
        records
          .filter(({ resource, content }) => resource === arn && content.workflow === 'drill')
          .map(({ content }) => content.verdict?.is ?? 'no verdict'),
      ),
    })),
    standings,
    pages: episodes.map((episode) => ({
      ...episode,
      opened: new Date(episode.opened).toISOString(),
      resolved: episode.resolved === undefined ? null : new Date(episode.resolved).toISOString(),
      because: messages.find(({ phase, at }) => phase === 'opened' && Date.parse(at) === episode.opened)?.because ?? '',
    })),
    differences: unlike,
    findings,
    ok: unlike.length === 0 && findings.every(({ violations }) => violations.length === 0),
  };
}

function play(options: StartOptions): Promise<boolean> {
  const { scenario, seed, trace } = options;
  return scenario === undefined ? start(options) : playScenario(scenarioNamed(scenario), { seed, trace });
}

/** What somebody can mend in what they gave: told in words, without the way through the code. */
const inputErrors = [OptionsRejected, PolicyUnusable, SqlFileError, IncidentUnusable];

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${usage}\n`);
  else if (options.scenario === 'list') process.stdout.write(`${scenarioList()}\n`);
  else process.exitCode = (await play(options)) ? 0 : 1;
} catch (error) {
  if (!inputErrors.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
