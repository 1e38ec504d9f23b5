import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyExcerpt } from '../simulator/scenarios/summary.ts';
import type { Template } from '../simulator/world/deploy/index.ts';
import { OptionsRejected } from './options.ts';
import { compileTemplate, packagedPolicy, stacksOf } from './package.ts';
import { readOptions, type SimulateOptions, usage } from './simulate/options.ts';
import type { Order, Played, Setting } from './simulate/order.ts';

const root = join(import.meta.dirname, '..');
const policyFile = 'simulator/scenarios/generated/policy.yml';

async function simulate(options: SimulateOptions): Promise<boolean> {
  const taskRoot = mkdtempSync(join(tmpdir(), 'lifeboat-task-'));
  try {
    const setting = await settingIn(taskRoot);
    const orders = options.faults.flatMap((fault) =>
      options.seeds.map(
        (seed): Order => ({ seed, days: options.days, fault, plant: options.plant, digest: options.json }),
      ),
    );
    const told = (played: Played, order: Order) => {
      if (!options.json) process.stdout.write(`${lineOf(played, order)}\n`);
    };
    if (!options.json) {
      process.stdout.write(`${options.seeds.length} accounts, ${options.days} days each. Rules: ${policyFile}.\n`);
    }
    const all = await playAll(orders, setting, options.jobs, told);
    if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    else process.stdout.write(`${totalsOf(all).join('\n')}\n`);
    return all.every(isGood);
  } finally {
    rmSync(taskRoot, { recursive: true, force: true });
  }
}

async function settingIn(taskRoot: string): Promise<Setting> {
  const stacks = await Promise.all(
    (await stacksOf(policyFile)).map(async (stack) => ({
      region: stack.region,
      template: (await compileTemplate({ ...stack, policyFile, outDir: taskRoot })) as Template,
    })),
  );
  const policy = JSON.parse(readFileSync(join(taskRoot, packagedPolicy), 'utf8')) as PolicyExcerpt;
  return { policy, stacks, taskRoot, sourceRoot: root };
}

/** Plays the orders in as many processes as there are jobs, and tells of each in the order in which it was given. */
function playAll(
  orders: readonly Order[],
  setting: Setting,
  jobs: number,
  told: (played: Played, order: Order) => void,
): Promise<Played[]> {
  return new Promise((resolve, reject) => {
    const results: (Played | undefined)[] = orders.map(() => undefined);
    const workers: ChildProcess[] = [];
    let next = 0;
    let toTell = 0;
    const stop = () => {
      for (const worker of workers) worker.kill();
    };
    const hand = (worker: ChildProcess) => {
      const index = next;
      const order = orders[index];
      if (order === undefined) {
        worker.disconnect();
        return;
      }
      next += 1;
      worker.once('message', (played: Played) => {
        results[index] = played;
        for (let ready = results[toTell]; ready !== undefined; ready = results[toTell]) {
          told(ready, orders[toTell] as Order);
          toTell += 1;
        }
        if (toTell === orders.length) resolve(results as Played[]);
        hand(worker);
      });
      worker.send({ order });
    };
    for (let job = 0; job < Math.min(jobs, orders.length); job += 1) {
      const worker = fork(join(root, 'cli/simulate/worker.ts'), { cwd: root });
      workers.push(worker);
      worker.on('exit', (code) => {
        if (code === 0 || toTell === orders.length) return;
        stop();
        reject(
          new Error(
            `A simulation ended with code ${code}. It was one of ${orders.slice(toTell, next).map(nameOf).join(', ')}.`,
          ),
        );
      });
      worker.send({ setting });
      hand(worker);
    }
  });
}

function nameOf({ seed, fault }: Order): string {
  return `seed ${seed}${fault === undefined ? '' : ` under ${fault}`}`;
}

function isGood({ findings, fault }: Played): boolean {
  return findings.every(({ violations }) => violations.length === 0) && fault?.fired !== 0;
}

function lineOf(played: Played, { fault, days }: Order): string {
  const { seed, resources, incidents, findings } = played;
  const word = isGood(played) ? 'good  ' : 'BROKEN';
  const counts = findings.find(({ examined }) => 'breaches' in examined)?.examined ?? {};
  const lines = [
    `${word}  seed ${seed}: ${resources} resources, ${counts.objectives ?? 0} objectives, ${incidents.length} incidents, ${counts.breaches ?? 0} breaches, ${counts.pages ?? 0} messages`,
  ];
  const met = counts['breaches while the fault was at work'];
  if (played.fault !== undefined)
    lines.push(
      `        ${played.fault.words}; it struck ${played.fault.fired} times${met === undefined ? '' : `, and ${met} breaches met it`}`,
    );
  for (const { invariant, violations } of findings) {
    for (const violation of violations) lines.push(`        ${invariant}: ${violation}`);
  }
  if (!isGood(played)) {
    lines.push(
      `        again: npm run simulate -- --seeds 1 --from ${seed} --days ${days}${fault === undefined ? '' : ` --fault ${fault}`}`,
    );
  }
  return lines.join('\n');
}

/** What was examined in all, so that nobody takes silence for health. */
function totalsOf(all: readonly Played[]): string[] {
  const sums = new Map<string, number>();
  const add = (what: string, count: number) => sums.set(what, (sums.get(what) ?? 0) + count);
  for (const { resources, incidents, findings } of all) {
    add('resources', resources);
    add('incidents', incidents.length);
    for (const { examined } of findings) for (const [what, count] of Object.entries(examined)) add(what, count);
  }
  const broken = all.filter((played) => !isGood(played)).length;
  return [
    '',
    `Examined: ${[...sums].map(([what, count]) => `${count} ${what}`).join(', ')}.`,
    broken === 0 ? `All ${all.length} accounts are good.` : `${broken} of ${all.length} accounts are BROKEN.`,
  ];
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${usage}\n`);
  else process.exitCode = (await simulate(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof OptionsRejected)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
