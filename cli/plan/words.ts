import type { Finding } from './finding.ts';
import type { Plan } from './plan.ts';
import { scheduleWords, type TierPlan } from './tiers.ts';

/** How many names of a finding are printed; `--json` has all. */
const namesShown = 3;

const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 2 });
const money = (usd: number) => usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The plan for a person: what is wrong first. */
export function planLines(plan: Plan): string[] {
  const of = plan.account === null ? '' : `account ${plan.account}, `;
  const wrong = plan.findings.filter(({ severity }) => severity === 'wrong');
  const notes = plan.findings.filter(({ severity }) => severity === 'note');
  return [
    `Plan: ${plan.policy} for ${of}home ${plan.home}, from ${plan.from}.`,
    `${number(plan.resources.seen)} resources, of which ${number(plan.resources.protected)} will be protected.`,
    '',
    ...(wrong.length === 0 ? [] : [`WRONG (${wrong.length})`, ...wrong.flatMap(findingLines), '']),
    ...(notes.length === 0 ? [] : ['To know', ...notes.flatMap(findingLines), '']),
    'What will happen',
    ...plan.tiers.flatMap(tierLines),
    '',
    'Limits (at once, on the average)',
    ...table(
      plan.loads.map(({ limit, where, needs, has }) => [
        needs > has ? '!' : '',
        where,
        limit,
        number(needs < 10 ? Math.ceil(needs * 10) / 10 : Math.ceil(needs)),
        `of ${number(has)}`,
        has === 0 ? 'none left' : `${Math.ceil((needs / has) * 100)} %`,
      ]),
      [3, 4, 5],
    ),
    '',
    `A month, in ${plan.cost.currency}`,
    ...table(
      [
        ...plan.cost.lines.map(({ line, quantity, unit, usd }) => [line, number(quantity), unit, money(usd)]),
        ['total', '', '', money(plan.cost.total)],
      ],
      [1, 3],
    ),
    ...plan.cost.notes.map((note) => `  ${note}`),
    '',
    'Assumed',
    ...plan.assumed.map((one) => `  ${one}`),
    '',
    plan.ok ? 'Nothing is wrong with it.' : `${wrong.length} thing${wrong.length === 1 ? ' is' : 's are'} wrong.`,
  ];
}

function findingLines({ field, words, mend, resources }: Finding): string[] {
  const shown = resources.slice(0, namesShown).join(', ');
  const more = resources.length > namesShown ? ` and ${number(resources.length - namesShown)} more` : '';
  return [
    `  ${field}`,
    `    ${resources.length > 1 ? `${number(resources.length)} resources: ` : ''}${words}`,
    ...(resources.length === 0 ? [] : [`    which: ${shown}${more}`]),
    `    mend: ${mend}`,
  ];
}

function tierLines({ tier, resources, backup, copies, drill, objectives }: TierPlan): string[] {
  const counts = Object.entries(resources).map(([kind, count]) => `${number(count)} ${kind}`);
  const cold = backup?.cold ? `, cold after ${backup.cold}` : '';
  const bounds = Object.entries(objectives).map(([name, bound]) => `${name} ${bound}`);
  return [
    `  ${tier}: ${counts.length === 0 ? 'no resources' : counts.join(', ')}`,
    backup === null
      ? '    back up  by another backup plan'
      : `    back up  every ${backup.every}, ${scheduleWords(backup.schedule)}; kept ${backup.keep}${cold}`,
    ...copies.map(
      ({ to, keep }) => `    copy     to ${to}, ${keep === null ? 'made by another plan' : `kept ${keep}`}`,
    ),
    drill === null
      ? '    drill    never: nothing of it is proven'
      : `    drill    every ${drill.every} from ${drill.from}, ${scheduleWords(drill.schedule)}`,
    `    promised ${bounds.length === 0 ? 'nothing' : bounds.join(', ')}`,
  ];
}

/** Columns of even width; those in `right` end even. */
function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
