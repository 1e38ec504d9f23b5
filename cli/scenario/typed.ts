import type { Step } from '../runbook/runbook.ts';
import { type Answered, filledText, wordsOf } from './calls.ts';
import { type Play, recoveredOf } from './play.ts';

/** What is typed and is more than one call of AWS: each kind of command that runbooks print, by its words. */
const commands: readonly (readonly [RegExp, (play: Play, step: Step, ...words: string[]) => Promise<Answered>])[] = [
  [/^sudo umount \S+; sudo mount -t efs/, mount],
  [/^psql "host=.*" -c (".*")$/s, ask],
  [/^ls -l \/mnt\/([^/]+)\/(.*)$/, list],
  [
    /^aws cloudtrail /,
    async () => ({ words: 'The simulated account keeps no trail: the story above tells who did what.', failed: false }),
  ],
];

/** Does what a command says. One that nobody taught is an error. */
export async function typeCommand(play: Play, step: Step): Promise<Answered> {
  for (const [words, run] of commands) {
    const found = words.exec(step.command ?? '');
    if (found !== null) return run(play, step, ...found.slice(1));
  }
  throw new Error(`The scenarios do not know the command "${step.command}". Teach it to cli/scenario/typed.ts.`);
}

export function knowsCommand(command: string): boolean {
  return commands.some(([words]) => words.test(command));
}

async function mount(play: Play, step: Step): Promise<Answered> {
  const name = step.resource ?? '';
  const command = filledText(step.command ?? '', await wordsOf(play, step));
  const [, fileSystemId = '', under = ''] = /tls (fs-[0-9a-f]+):\/?(\S*)/.exec(command) ?? [];
  const region = recoveredOf(play, name)?.region ?? play.home;
  play.application.mount(name, { is: 'files', region, fileSystemId, under });
  return { words: `/mnt/${name} is now ${fileSystemId}:/${under}`, failed: false };
}

async function ask(play: Play, step: Step, quoted = ''): Promise<Answered> {
  const name = step.resource ?? '';
  const sql = JSON.parse(quoted) as string;
  try {
    const rows = await play.operator.now(() => play.application.asks(name, sql));
    const [answer] = Object.values(rows[0] ?? {});
    const told = answer instanceof Date ? answer.toISOString() : String(answer);
    return { words: `${sql}: ${told}`, failed: rows.length !== 1 };
  } catch (error) {
    return { words: `${sql}: ${(error as Error).message}`, failed: true };
  }
}

async function list(play: Play, _step: Step, name = '', path = ''): Promise<Answered> {
  try {
    const found = await play.operator.now(() => play.application.finds(name, path));
    return { words: `/mnt/${name}/${path} ${found ? 'is there' : 'is NOT there'}`, failed: !found };
  } catch (error) {
    return { words: `/mnt/${name}: ${(error as Error).message}`, failed: true };
  }
}
