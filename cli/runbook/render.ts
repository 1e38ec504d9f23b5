import type { Part, Runbook, Step } from './runbook.ts';

const kindNames: Readonly<Record<Step['kind'], string>> = {
  decide: 'Decide',
  look: 'Look',
  start: 'Start',
  command: 'Run',
  wait: 'Wait',
  check: 'Check',
};

/** A runbook as Markdown. `printed` says how, in its last line. */
export function renderRunbook(runbook: Runbook, printed: string): string {
  const { title, inShort, context, recognise, doNotAct, expect, honestly, parts, verify, goBack, prepare } = runbook;
  let number = 0;
  const steps = (list: readonly Step[]) =>
    list.flatMap((step) => {
      number += 1;
      return stepLines(step, number);
    });
  const part = ({ title: heading, steps: list }: Part) => ['', `### ${heading}`, '', ...steps(list)];
  return [
    `# ${title}`,
    '',
    inShort,
    '',
    `Account ${context.account}. It failed at ${context.at}${context.lastGood === undefined ? '' : `; the last good data is of ${context.lastGood}`}. All times are UTC. WORDS_IN_CAPITALS are for you to fill in. A *Start* has two ways to the same: open its link, choose *Start execution* and paste the JSON; or type the command.`,
    '',
    '## How to recognise it',
    '',
    ...bullets(recognise),
    '',
    '## When not to act',
    '',
    ...bullets(doNotAct),
    '',
    '## What it loses, and how long it takes',
    '',
    '| resource | way back | where | loses | takes |',
    '|---|---|---|---|---|',
    ...expect.map((row) => `| ${[row.resource, row.way, row.where, row.loses, row.takes].map(cell).join(' | ')} |`),
    '',
    ...bullets(honestly),
    '',
    '## What to do',
    ...parts.flatMap(part),
    '',
    '## How to verify',
    '',
    ...steps(verify),
    '',
    '## How to go back',
    '',
    ...steps(goBack),
    ...(prepare.length === 0 ? [] : ['', '## Before it happens', '', ...bullets(prepare)]),
    '',
    '---',
    '',
    printed,
    '',
  ].join('\n');
}

function bullets(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** One numbered step. What is to be pasted stands alone in a block, without a prompt. */
function stepLines(step: Step, number: number): string[] {
  const { kind, says, when, link, input, command } = step;
  const indent = ' '.repeat(`${number}. `.length);
  const only = when === undefined ? '' : ` *Only if ${when}:*`;
  const block = (language: string, text: string) => [
    `${indent}\`\`\`${language}`,
    ...text.split('\n').map((line) => `${indent}${line}`),
    `${indent}\`\`\``,
  ];
  const where = kind === 'start' ? ` [lifeboat-${step.machine} in ${step.region}](${link}).` : '';
  const lines = [`${number}. **${kindNames[kind]}**${kind === 'start' ? where : '.'}${only} ${says}`];
  if (kind === 'start' && input !== undefined) lines.push('', ...block('json', JSON.stringify(input)));
  if (command !== undefined) lines.push('', ...block('sh', command));
  return [...lines, ''];
}
