import { type Execution, type HistoryEvent, NotRedrivable, type Outcome } from '../../states-language/index.ts';
import type { Attic } from '../../world/attic.ts';
import { AtticMap } from '../../world/attic-map.ts';
import { Packer } from '../packer.ts';
import type { KeptExecution, StateMachine } from './execution.ts';

/** What has succeeded changes no more. Most who ask about an execution do it soon. */
const soon = 3_600_000;

/** An execution as it is put away. */
interface Record {
  readonly input: string;
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly sequence: number;
  readonly redrives: number;
  readonly redrivenAt: number | undefined;
  readonly events: HistoryEvent[];
  readonly outcome: Outcome;
}

/**
 * The executions of one machine that succeeded a while ago: a large account has half a million of them in a month. They
 * answer as before.
 */
export interface Archive {
  /** The execution has ended. */
  ended(kept: KeptExecution): void;
  /** Puts away what is due, and tells each with its place. */
  tidy(now: number, putAway: (kept: KeptExecution, place: number) => void): void;
  /** The one with a name, or at a place that was told. */
  find(machine: StateMachine, name: string): KeptExecution | undefined;
  at(machine: StateMachine, place: number): KeptExecution;
}

export function archive(attic: Attic): Archive {
  const records = new AtticMap<Record>(new Packer(attic));
  /** What succeeded of late, the oldest first. */
  const waiting: KeptExecution[] = [];
  return {
    ended: (kept) => {
      if (kept.run.status() === 'SUCCEEDED') waiting.push(kept);
    },
    tidy: (now, putAway) => {
      for (let next = waiting[0]; next !== undefined && now - (next.stoppedAt ?? now) >= soon; next = waiting[0]) {
        waiting.shift();
        putAway(next, records.set(next.name, recordOf(next)));
      }
    },
    find: (machine, name) => {
      const record = records.get(name);
      return record && executionOf(machine, name, record);
    },
    at: (machine, place) => executionOf(machine, ...records.at(place)),
  };
}

function recordOf({ input, startedAt, stoppedAt, sequence, redrives, redrivenAt, run }: KeptExecution): Record {
  const outcome = run.outcome();
  if (stoppedAt === undefined || outcome === undefined) throw new Error('Only what has ended can be put away.');
  return { input, startedAt, stoppedAt, sequence, redrives, redrivenAt, events: run.history(), outcome };
}

function executionOf(machine: StateMachine, name: string, { events, outcome, ...rest }: Record): KeptExecution {
  return {
    ...rest,
    redrivenAt: rest.redrivenAt,
    arn: executionArn(machine, name),
    name,
    stateMachine: machine,
    tokens: [],
    run: succeeded(name, events, outcome),
  };
}

/** The ARN of an execution, from its machine's and its own name. */
export function executionArn({ arn }: Pick<StateMachine, 'arn'>, name: string): string {
  return `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
}

function succeeded(name: string, events: HistoryEvent[], outcome: Outcome): Execution {
  return {
    status: () => 'SUCCEEDED',
    history: () => events.map((event) => ({ ...event, timestamp: new Date(event.timestamp) })),
    outcome: () => outcome,
    succeedTask: () => 'timed-out',
    failTask: () => 'timed-out',
    heartbeat: () => 'timed-out',
    stop: () => {},
    timeOut: () => {},
    redrive: () => {
      throw new NotRedrivable(`Execution '${name}' cannot be redriven: it has succeeded`);
    },
  };
}
