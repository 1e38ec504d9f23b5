import { OptionsRejected } from '../options.ts';

/** Options that go with everything. */
const always = ['jobs', 'json', 'help'];

/** What can be played, as the command line asks for it, and which options each takes besides. */
const modes = {
  'generated accounts': [
    'seeds',
    'from',
    'months',
    'days',
    'resources',
    'fault',
    'incidents',
    'plant',
    'shorten',
    'trace',
  ],
  '--exhaustive': ['exhaustive', 'calls', 'every', 'only', 'plant'],
  '--pairs N': ['pairs', 'from', 'plant', 'shorten'],
  '--pairs all': ['pairs', 'every', 'plant', 'shorten'],
  '--swarm': ['swarm', 'seeds', 'from', 'plant', 'shorten'],
  '--at and --weather': ['at', 'weather', 'seeds', 'from', 'plant', 'trace'],
  '--calm': ['calm', 'seeds', 'from', 'plant', 'trace'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Mode = keyof typeof modes;

type Values = Readonly<Record<string, unknown>>;

/** What is to be played. Two things at once are refused, and so is an option that what is played would not heed. */
export function modeOf(values: Values): Mode {
  const asked: Mode[] = [];
  if (isGiven(values, 'exhaustive')) asked.push('--exhaustive');
  if (isGiven(values, 'pairs')) asked.push(values.pairs === 'all' ? '--pairs all' : '--pairs N');
  if (isGiven(values, 'swarm')) asked.push('--swarm');
  if (isGiven(values, 'at') || isGiven(values, 'weather')) asked.push('--at and --weather');
  if (isGiven(values, 'calm')) asked.push('--calm');
  if (asked.length > 1) throw new OptionsRejected(`${asked.join('; ')}: write one of them.`);
  const [mode = 'generated accounts'] = asked;
  const taken: readonly string[] = [...modes[mode], ...always];
  for (const option of Object.keys(values)) {
    if (taken.includes(option)) continue;
    const others = Object.entries(modes).flatMap(([other, takes]) =>
      takes.some((one) => one === option) ? [other] : [],
    );
    throw new OptionsRejected(`--${option}: it goes with ${others.join(', ')}, and not with ${mode}. Leave it out.`);
  }
  return mode;
}

function isGiven(values: Values, option: string): boolean {
  return values[option] !== undefined;
}
