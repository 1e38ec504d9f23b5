import type { SimulateOptions } from './options.ts';
import type { Order, Played } from './order.ts';
import { playAll } from './pool.ts';
import { settingOf, withTaskRoot } from './setting.ts';

const policyFile = 'simulator/scenarios/generated/policy.yml';

/** Plays generated accounts and tells of each. Answers whether all of them are good. */
export function simulateAccounts(options: SimulateOptions): Promise<boolean> {
  return withTaskRoot(async (taskRoot) => {
    const setting = await settingOf(policyFile, taskRoot);
    const orders = options.faults.flatMap((fault) =>
      options.seeds.map(
        (seed): Order => ({
          what: 'account',
          seed,
          days: options.days,
          fault,
          plant: options.plant,
          digest: options.json,
        }),
      ),
    );
    if (!options.json) {
      process.stdout.write(`${options.seeds.length} accounts, ${options.days} days each. Rules: ${policyFile}.\n`);
    }
    const all = await playAll<Order, Played>(orders, {
      setting,
      jobs: options.jobs,
      nameOf,
      told: (played, order) => {
        if (!options.json) process.stdout.write(`${lineOf(played, order)}\n`);
      },
    });
    if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    else process.stdout.write(`${totalsOf(all).join('\n')}\n`);
    return all.every(isGood);
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
