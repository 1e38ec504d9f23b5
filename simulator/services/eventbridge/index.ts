import { AwsError, type BusEvent, type Operation, type Region, type Service } from '../../world/region.ts';
import { deliver, type Target } from '../delivery.ts';
import { refuseOthers } from '../parameters.ts';
import { type EventMembers, type Matcher, matcherOf } from './pattern.ts';

export interface RuleTarget extends Target {
  readonly id: string;
  /** A constant that is sent instead of the event, JSON. */
  readonly input?: string;
}

export interface RuleSettings {
  readonly name: string;
  readonly pattern: EventMembers;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly targets: readonly RuleTarget[];
}

/** An event as targets receive it. */
export type DeliveredEvent = EventMembers & { readonly id: string; readonly source: string };

/** What goes wrong with one delivery: it is lost, comes more than once, or late. Copies and delays of 0 are none. */
export interface DeliveryFault {
  readonly drop?: boolean;
  readonly extraCopies?: number;
  readonly delayMilliseconds?: number;
}
export type DeliveryFaults = (event: DeliveredEvent, rule: string, target: string) => DeliveryFault | undefined;

/** The default bus of one Region. */
export interface EventBridge extends Service {
  /** Puts an event of an AWS service on the bus, at this instant. */
  put(event: BusEvent): void;
  /** Deploys a rule; one of the same name is replaced. */
  define(rule: RuleSettings): string;
  remove(rule: string): void;
  /** From now on every delivery is shown to this fault. */
  interfere(faults: DeliveryFaults): void;
}

/** From the event to the call of the target, milliseconds. An assumption. */
const latency = { low: 150, high: 1_500 };

export function createEventBridge(region: Region): EventBridge {
  const { world, account } = region;
  const chance = world.chance.fork(`eventbridge ${region.name}`);
  const caller = { kind: 'service', name: 'events.amazonaws.com', region: region.name } as const;
  const rules = new Map<string, { settings: RuleSettings; matches: Matcher; state: 'ENABLED' | 'DISABLED' }>();
  const interferences: DeliveryFaults[] = [];

  const send = (event: DeliveredEvent, rule: string, target: RuleTarget) => {
    let fault: DeliveryFault | undefined;
    for (const interference of interferences) fault ??= interference(event, rule, target.arn);
    if (fault?.drop === true) return;
    const body = target.input ?? JSON.stringify(event);
    for (let copy = 0; copy <= (fault?.extraCopies ?? 0); copy += 1) {
      const delay = chance.between(latency.low, latency.high) + (fault?.delayMilliseconds ?? 0);
      world.after(delay, `the rule ${rule} sends ${event.id}`, () =>
        deliver({ region, caller, target, body: () => body, told: { RULE_ARN: arnOf(rule) } }),
      );
    }
  };
  const arnOf = (name: string) => `arn:aws:events:${region.name}:${account.id}:rule/${name}`;
  const find = (operation: string, input: { Name: string }) => {
    refuseOthers(operation, input, new Set(['Name']));
    const rule = rules.get(input.Name);
    if (rule === undefined)
      throw new AwsError('ResourceNotFoundException', `Rule ${input.Name} does not exist on EventBus default.`);
    return rule;
  };
  const operations = {
    EnableRule: (input: { Name: string }) => {
      find('EnableRule', input).state = 'ENABLED';
      return {};
    },
    DisableRule: (input: { Name: string }) => {
      find('DisableRule', input).state = 'DISABLED';
      return {};
    },
    DescribeRule: (input: { Name: string }) => {
      const { settings, state } = find('DescribeRule', input);
      return {
        Name: settings.name,
        Arn: arnOf(settings.name),
        EventPattern: JSON.stringify(settings.pattern),
        State: state,
        EventBusName: 'default',
      };
    },
    /** No account of ours has more of them than fit into one page. */
    ListRuleNamesByTarget: (input: { TargetArn: string }) => {
      refuseOthers('ListRuleNamesByTarget', input, new Set(['TargetArn']));
      const all = [...rules.values()].filter(({ settings }) =>
        settings.targets.some(({ arn }) => arn === input.TargetArn),
      );
      return { RuleNames: all.map(({ settings }) => settings.name).sort() };
    },
  };

  return {
    operations: operations as unknown as Record<string, Operation>,
    put: ({ source, detailType, resources, detail }) => {
      const event: DeliveredEvent = {
        version: '0',
        id: chance.uuid(),
        'detail-type': detailType,
        source,
        account: account.id,
        time: `${new Date(world.now()).toISOString().slice(0, 19)}Z`,
        region: region.name,
        resources: [...resources],
        detail,
      };
      world.trace.add({ kind: 'event', at: new Date(world.now()).toISOString(), region: region.name, event });
      for (const { settings, matches, state } of rules.values()) {
        if (state === 'DISABLED' || !matches(event)) continue;
        for (const target of settings.targets) send(event, settings.name, target);
      }
    },
    define: (settings) => {
      rules.set(settings.name, { settings, matches: matcherOf(settings.pattern), state: settings.state });
      return arnOf(settings.name);
    },
    remove: (rule) => {
      rules.delete(rule);
    },
    interfere: (faults) => {
      interferences.push(faults);
    },
  };
}
