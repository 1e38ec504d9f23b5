import type { CallbackAnswer, Execution } from '../../states-language/index.ts';
import { AtticMap } from '../../world/attic-map.ts';
import type { World } from '../../world/world.ts';
import type { KeptExecution, StateMachine } from './execution.ts';

/** All executions of a Region, and the task tokens that they gave out: what is over for a while is put away. */
export interface Executions {
  get(arn: string): KeptExecution | undefined;
  add(kept: KeptExecution): void;
  /** One of those that a machine lists. */
  listed(machine: StateMachine, entry: KeptExecution | number): KeptExecution;
  addToken(token: string, kept: KeptExecution): void;
  /** What the execution of a token answers; undefined for a token that nobody gave out. */
  call(token: string, act: (run: Execution) => CallbackAnswer): CallbackAnswer | undefined;
}

export function executionsOf(world: World, machines: ReadonlyMap<string, StateMachine>): Executions {
  const live = new Map<string, KeptExecution>();
  const tokens = new Map<string, KeptExecution>();
  const closedTokens = new AtticMap<null>(world.attic);

  const putAway = (kept: KeptExecution, place: number) => {
    live.delete(kept.arn);
    kept.stateMachine.executions[kept.sequence] = place;
    for (const token of kept.tokens) {
      tokens.delete(token);
      closedTokens.set(token, null);
    }
  };
  const archived = (arn: string): KeptExecution | undefined => {
    const end = arn.lastIndexOf(':');
    const machine = machines.get(arn.slice(0, end).replace(':execution:', ':stateMachine:'));
    return machine?.archive.find(machine, arn.slice(end + 1));
  };

  return {
    get: (arn) => live.get(arn) ?? archived(arn),
    add: (kept) => {
      live.set(kept.arn, kept);
      const { stateMachine: machine } = kept;
      machine.executions.push(kept);
      machine.running.add(kept);
      machine.archive.tidy(world.now(), putAway);
    },
    listed: (machine, entry) => (typeof entry === 'number' ? machine.archive.at(machine, entry) : entry),
    addToken: (token, kept) => {
      tokens.set(token, kept);
      kept.tokens.push(token);
    },
    call: (token, act) => {
      const kept = tokens.get(token);
      if (kept !== undefined) return act(kept.run);
      return closedTokens.has(token) ? 'timed-out' : undefined;
    },
  };
}
