import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileTemplate, stacksOf, type Template } from '../../cli/package.ts';
import { alarmWords, heartbeatAlarmName } from '../../resources/alarms.ts';
import { referencesIn, resourcesOf } from './template.ts';

const home = 'eu-central-1';
const copies = ['eu-north-1', 'eu-west-1'];
const policy = `home: ${home}
alerts:
  page: [ oncall@example.com ]
  notices: [ team@example.com ]
  pagerduty: [ 'https://events.pagerduty.com/integration/0123456789abcdef/enqueue' ]
  all_well: daily
tiers:
  gold:
    backup: { every: 6 hours, keep: 14 days }
    copies: [ { to: eu-west-1, keep: 35 days }, { to: eu-north-1, keep: 35 days } ]
    drill: { every: 1 day, from: eu-west-1 }
    objectives: { rpo: 9 hours, copy_rpo: 12 hours, proof: 48 hours, rto: 4 hours }
`;

let folder = '';
const templates = new Map<string, Template>();
const alone = new Map<string, Template>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-alarms-'));
  const compile = async (name: string, text: string, into: Map<string, Template>) => {
    const policyFile = join(folder, name);
    await writeFile(policyFile, text);
    for (const stack of await stacksOf(policyFile)) {
      into.set(stack.region, await compileTemplate({ ...stack, policyFile, outDir: folder }));
    }
  };
  await compile('policy.yml', policy, templates);
  const withoutCopies = policy
    .replace(/ {4}copies: .*\n/, '')
    .replace('from: eu-west-1', 'from: home')
    .replace('copy_rpo: 12 hours, ', '');
  await compile('alone.yml', withoutCopies, alone);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly AlarmActions: unknown;
  readonly OKActions?: unknown;
  readonly TreatMissingData: string;
}

const alarmsOf = (template: Template): Alarm[] =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties as unknown as Alarm);
const each = () => [...templates.values()];
const topicsOf = ({ AlarmActions }: Alarm) => referencesIn(AlarmActions);

describe('the alarms of the stacks', () => {
  test('page the death of each watch in exactly one other Region, and tell every other that hears it by a notice', () => {
    for (const silent of [home, ...copies]) {
      const told = [...templates].flatMap(([region, template]) =>
        alarmsOf(template)
          .filter(({ AlarmName }) => AlarmName === heartbeatAlarmName(silent))
          .map((alarm) => ({ region, topics: topicsOf(alarm), missing: alarm.TreatMissingData })),
      );
      const paging = told.filter(({ topics }) => topics.includes('PageTopic'));
      expect(paging).toMatchObject([
        {
          region: silent === home ? 'eu-north-1' : home,
          topics: ['PageTopic', 'PagerDutyTopic'],
          missing: 'breaching',
        },
      ]);
      expect(told.map(({ region }) => region).sort()).toEqual(
        (silent === home ? [home, ...copies] : [home, silent]).sort(),
      );
      for (const { topics } of told) expect(topics.length).toBeGreaterThan(0);
    }
  });

  test('page at home where there is no other Region', () => {
    const [own] = alarmsOf(alone.get(home) as Template).filter(
      ({ AlarmName }) => AlarmName === heartbeatAlarmName(home),
    );
    expect(own && topicsOf(own)).toContain('PageTopic');
    expect([...alone.keys()]).toEqual([home]);
  });

  test('hear what the watch of each Region is told to say', () => {
    for (const [region, template] of templates) {
      const { Variables } = (resourcesOf(template, 'AWS::Lambda::Function').find(
        ({ properties }) => properties.FunctionName === 'lifeboat-watch',
      )?.properties.Environment ?? {}) as { Variables: Record<string, string> };
      const listening = [...templates].filter(([, other]) =>
        alarmsOf(other).some(({ AlarmName }) => AlarmName === heartbeatAlarmName(region)),
      );
      expect(Variables.HEARTBEAT_REGIONS?.split(',').sort()).toEqual(listening.map(([name]) => name).sort());
    }
  });

  test('look at queues and functions that there are', () => {
    let examined = 0;
    for (const template of each()) {
      const functions = resourcesOf(template, 'AWS::Lambda::Function').map(({ properties }) => properties.FunctionName);
      const queues = resourcesOf(template, 'AWS::SQS::Queue').map(({ logicalId }) => logicalId);
      for (const { Namespace, Dimensions } of alarmsOf(template)) {
        const [{ Value } = { Value: undefined }] = Dimensions;
        if (Namespace === 'AWS/Lambda') expect(functions).toContain(Value);
        if (Namespace === 'AWS/SQS') expect(queues).toContain(referencesIn(Value)[0]);
        examined += 1;
      }
    }
    expect(examined).toBe(3 * 5 + 3 + 2 + 2);
  });

  test('are each in the list that the documentation is made from, and fit into CloudWatch', async () => {
    const names = [...Object.values(alarmWords).map(({ name }) => name)];
    const docs = await readFile('docs/heartbeats.md', 'utf8');
    for (const name of names) expect(docs).toContain(name);
    for (const alarm of each().flatMap(alarmsOf)) {
      expect(names).toContain(alarm.AlarmName.replace(/(?<=heartbeat-from-).*/, 'REGION'));
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1_024);
      expect(alarm.AlarmDescription).not.toContain('REGION');
    }
  });

  test('may publish to every topic that they name', () => {
    for (const template of each()) {
      const open = resourcesOf(template, 'AWS::SNS::TopicPolicy').flatMap(({ properties }) =>
        JSON.stringify(properties.PolicyDocument).includes('cloudwatch.amazonaws.com')
          ? referencesIn(properties.Topics)
          : [],
      );
      const named = new Set(
        alarmsOf(template).flatMap(({ AlarmActions, OKActions }) => referencesIn([AlarmActions, OKActions])),
      );
      expect(named.size).toBeGreaterThan(0);
      expect([...named].filter((topic) => !open.includes(topic))).toEqual([]);
      expect(open.length).toBe(new Set(open).size);
    }
  });
});

describe('what is given up', () => {
  test('by a schedule, a rule or a function lies in a queue that an alarm looks at', () => {
    let examined = 0;
    for (const template of each()) {
      const watched = alarmsOf(template).flatMap(({ Dimensions }) => referencesIn(Dimensions));
      const letters = [
        ...resourcesOf(template, 'AWS::Scheduler::Schedule').map(
          ({ logicalId, properties }) =>
            [logicalId, (properties.Target as Record<string, unknown>).DeadLetterConfig] as const,
        ),
        ...resourcesOf(template, 'AWS::Events::Rule').flatMap(({ logicalId, properties }) =>
          (properties.Targets as Record<string, unknown>[]).map(
            (target) => [logicalId, target.DeadLetterConfig] as const,
          ),
        ),
        ...resourcesOf(template, 'AWS::Lambda::EventInvokeConfig')
          .filter(({ logicalId }) => !logicalId.startsWith('Watch'))
          .map(
            ({ logicalId, properties }) =>
              [logicalId, (properties.DestinationConfig as Record<string, unknown>).OnFailure] as const,
          ),
      ];
      for (const [logicalId, queue] of letters) {
        const [name] = referencesIn(queue);
        expect({ logicalId, watched: watched.includes(name ?? '') }).toEqual({ logicalId, watched: true });
        examined += 1;
      }
    }
    expect(examined).toBeGreaterThan(40);
  });

  test('is asked of every function that a schedule or a rule starts', () => {
    for (const template of each()) {
      const started = [
        ...resourcesOf(template, 'AWS::Scheduler::Schedule').flatMap(({ properties }) =>
          referencesIn((properties.Target as Record<string, unknown>).Arn),
        ),
        ...resourcesOf(template, 'AWS::Events::Rule').flatMap(({ properties }) =>
          (properties.Targets as Record<string, unknown>[]).flatMap(({ Arn }) => referencesIn(Arn)),
        ),
      ];
      const configured = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').flatMap(({ properties }) =>
        referencesIn(properties.FunctionName),
      );
      expect(started.length).toBeGreaterThan(5);
      expect([...new Set(started)].filter((name) => !configured.includes(name))).toEqual([]);
    }
  });
});

test('a notice that all is well is scheduled in every Region where the policy wishes it', () => {
  for (const template of each()) expect(template.Resources).toHaveProperty('AllWellSchedule');
});
