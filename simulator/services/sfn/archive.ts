import { type Execution, type HistoryEvent, NotRedrivable, type Outcome } from '../../states-language/index.ts';
import { type Packed, packer } from '../packed.ts';
import type { KeptExecution } from './execution.ts';

/** What has succeeded changes no more. Most who ask about an execution do it soon. */
const soon = 86_400_000;

/**
 * Packs the executions of one machine that succeeded a day ago: a large account has half a million of them in a month. They
 * answer as before.
 */
export interface Archive {
  /** The execution has ended. */
  ended(kept: KeptExecution): void;
  /** Packs what is due. */
  tidy(now: number): void;
}

export function archive(): Archive {
  const pack = packer();
  let waiting: KeptExecution[] = [];
  let done = 0;
  return {
    ended: (kept) => {
      if (kept.run.status() === 'SUCCEEDED') waiting.push(kept);
    },
    tidy: (now) => {
      for (let next = waiting[done]; next !== undefined; next = waiting[done]) {
        if (now - (next.stoppedAt ?? now) < soon) break;
        const { run, name } = next;
        const text = JSON.stringify({ events: run.history(), outcome: run.outcome() });
        next.run = new Succeeded(name, pack(Buffer.from(text)));
        done += 1;
      }
      if (done < 1_000) return;
      waiting = waiting.slice(done);
      done = 0;
    },
  };
}

/** An execution that has succeeded. Its methods are shared: half a million of these are kept. */
class Succeeded implements Execution {
  readonly #name: string;
  readonly #packed: Packed;

  constructor(name: string, packed: Packed) {
    this.#name = name;
    this.#packed = packed;
  }

  status(): 'SUCCEEDED' {
    return 'SUCCEEDED';
  }

  history(): HistoryEvent[] {
    return this.#read().events.map((event) => ({ ...event, timestamp: new Date(event.timestamp) }));
  }

  outcome(): Outcome {
    return this.#read().outcome;
  }

  succeedTask(): 'timed-out' {
    return 'timed-out';
  }

  failTask(): 'timed-out' {
    return 'timed-out';
  }

  heartbeat(): 'timed-out' {
    return 'timed-out';
  }

  stop(): void {}

  timeOut(): void {}

  redrive(): void {
    throw new NotRedrivable(`Execution '${this.#name}' cannot be redriven: it has succeeded`);
  }

  #read(): { events: HistoryEvent[]; outcome: Outcome } {
    return JSON.parse(this.#packed.unpack().toString('utf8')) as { events: HistoryEvent[]; outcome: Outcome };
  }
}
