import { describe, expect, test } from '@jest/globals';
import { quoted, typed } from '../../../cli/runbook/aws.ts';
import { type RunbookName, runbookNames } from '../../../cli/runbook/names.ts';
import { renderRunbook } from '../../../cli/runbook/render.ts';
import { type Runbook, runbookOf, type Step, stepsOf } from '../../../cli/runbook/runbook.ts';
import { readEnd } from '../../../functions/episodes/silence-tag.ts';
import { readWish } from '../../../functions/recover/wish.ts';
import { checkInput } from '../../../simulator/world/schema-check.ts';
import { at, contextWith, fullPolicy, policyIn } from './runbook-account.ts';

const full = (name: RunbookName) => runbookOf(name, contextWith());
const shown = (runbook: Runbook) => renderRunbook(runbook, 'Printed by a test.');
const allSteps = (runbook: Runbook): readonly Step[] => [...stepsOf(runbook), ...runbook.goBack];
const starts = (runbook: Runbook, machine = 'recover') =>
  allSteps(runbook).filter((step) => step.kind === 'start' && step.machine === machine);
const row = (runbook: Runbook, resource: string, way: RegExp) =>
  runbook.expect.find((one) => one.resource === resource && way.test(one.way));

describe.each(runbookNames)('the runbook %s', (name) => {
  const runbook = full(name);

  test('answers the six questions, in this order', () => {
    const headings = [...shown(runbook).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'How to recognise it',
      'When not to act',
      'What it loses, and how long it takes',
      'What to do',
      'How to verify',
      'How to go back',
      'Before it happens',
    ]);
    for (const part of [runbook.recognise, runbook.doNotAct, runbook.expect, runbook.verify, runbook.goBack]) {
      expect(part.length).toBeGreaterThan(0);
    }
  });

  test('tells before it asks for anything irreversible: the first step looks, checks or freezes', () => {
    const [first] = stepsOf(runbook);
    expect(first?.kind === 'look' || first?.kind === 'check' || first?.kind === 'decide' || name === 'ransomware').toBe(
      true,
    );
  });

  test('every decision says what to do if not', () => {
    for (const { kind, says } of allSteps(runbook))
      if (kind === 'decide') expect(says).toMatch(/^If .+ Else [^,].+\.$/s);
  });

  test('every start has its input, the page of the console, and a command with the same input', () => {
    for (const { kind, machine, region, input, link, command } of allSteps(runbook)) {
      if (kind !== 'start') continue;
      expect(link).toContain(`https://${region}.console.aws.amazon.com/states/home?region=${region}#`);
      expect(decodeURIComponent(link ?? '')).toContain(`:${region}:`);
      expect(decodeURIComponent(link ?? '')).toMatch(new RegExp(`stateMachine:lifeboat-${machine}$`));
      const [, typedInput] = /--input (.+)$/.exec(command ?? '') ?? [];
      expect(JSON.parse((typedInput ?? '').replace(/^'|'$/g, ''))).toEqual(input);
    }
  });

  test('every recovery has an input that lifeboat-recover takes, or refuses for the one word that is to be filled in', () => {
    for (const { input = {} } of starts(runbook)) {
      const unknown = input.instant === 'LAST_GOOD_INSTANT';
      const read = () => readWish(input);
      if (unknown) expect(read).toThrow("instant: 'LAST_GOOD_INSTANT' is not an instant.");
      else expect(read).not.toThrow();
    }
  });

  test('every silence has an end that lifeboat-silence takes', () => {
    for (const { input = {} } of starts(runbook, 'silence')) {
      expect(readEnd(String(input.until), new Date(at))).toMatchObject({ ok: true });
    }
  });

  test('every command asks AWS for something that its API knows', () => {
    const packages: Readonly<Record<string, string>> = {
      rds: 'RDS',
      efs: 'EFS',
      kms: 'KMS',
      backup: 'Backup',
      cloudwatch: 'CloudWatch',
      ec2: 'EC2',
    };
    for (const call of allSteps(runbook).flatMap(({ calls = [] }) => calls)) {
      const service = packages[call.service];
      // No client of Route 53 and of the scheduler is installed here.
      if (service === undefined) expect(['route53', 'scheduler']).toContain(call.service);
      else expect(() => checkInput(service, call.operation, call.input)).not.toThrow();
    }
  });

  test('is the same for the same account', () => {
    expect(shown(full(name))).toBe(shown(runbook));
  });

  test('names what no tier protects', () => {
    expect(shown(runbook)).toContain('**scrap is not protected**: it carries no tag lifeboat:tier.');
  });
});

describe('region failure', () => {
  const runbook = full('region-failure');

  test('promotes a replica that is there, after asking for its lag; else recovers from copies', () => {
    const steps = stepsOf(runbook).filter(({ resource }) => resource === 'orders');
    const kinds = steps.map(({ kind, calls }) => calls?.[0]?.operation ?? kind);
    expect(kinds.slice(0, 3)).toEqual(['GetMetricStatistics', 'decide', 'PromoteReadReplica']);
    expect(steps[1]?.says).toContain('more than 30 minutes (replica_rpo)');
    expect(starts(runbook).find(({ resource }) => resource === 'orders')?.when).toBe(
      'the replica of orders was not promoted',
    );
    expect(starts(runbook).find(({ resource }) => resource === 'ledger')?.when).toBeUndefined();
  });

  test('nothing waits for a promotion before every recovery has been started', () => {
    const steps = stepsOf(runbook);
    const waits = steps.findIndex(({ says }) => says.startsWith('Wait until orders-west is available'));
    const last = steps.findLastIndex(({ machine, when = '' }) => machine === 'recover' && !when.includes('FAILED'));
    expect(last).toBeGreaterThan(0);
    expect(waits).toBeGreaterThan(last);
    expect(steps[waits]?.when).toBe('the replica of orders was promoted');
  });

  test('clients are moved to a promoted replica as well', () => {
    const moves = stepsOf(runbook).filter(({ calls }) => calls?.[0]?.operation === 'ChangeResourceRecordSets');
    expect(moves.find(({ resource }) => resource === 'orders')).toMatchObject({
      says: 'Change the name that clients use for orders: put `endpoint.address` of the output where ENDPOINT stands, or the address of orders-west if it was promoted.',
    });
    expect(moves.find(({ resource }) => resource === 'orders')?.when).toBeUndefined();
  });

  test('EFS: the replica is cut loose on its own side alone, since the other does not answer', () => {
    const [step] = stepsOf(runbook).filter(({ calls }) => calls?.[0]?.operation === 'DeleteReplicationConfiguration');
    expect(step?.command).toBe(
      'aws efs delete-replication-configuration --source-file-system-id fs-0123456789abcdef0 --deletion-mode LOCAL_CONFIGURATION_ONLY --region eu-west-1',
    );
  });

  test('prints the DNS change ready to run, with a low time to live', () => {
    expect(shown(runbook)).toContain(
      `aws route53 change-resource-record-sets --hosted-zone-id Z0123456789ABC --change-batch '{"Comment":"lifeboat: orders was recovered","Changes":[{"Action":"UPSERT","ResourceRecordSet":{"Name":"db.orders.example.com","Type":"CNAME","TTL":30,"ResourceRecords":[{"Value":"ENDPOINT"}]}}]}'`,
    );
  });

  test('says what is lost for good: a tier without copies', () => {
    expect(row(runbook, 'stage', /none/)?.loses).toBe('**everything**: its tier local copies to no other Region');
    expect(shown(runbook)).toContain('**stage: no copy outside of eu-central-1.**');
    expect(starts(runbook).some(({ resource }) => resource === 'stage')).toBe(false);
  });

  test('announces what each way loses and takes, by the policy', () => {
    expect(row(runbook, 'ledger', /newest copy/)).toMatchObject({
      where: 'eu-west-1',
      losesAtMostSeconds: 12 * 3600,
      takesAtMostSeconds: 4 * 3600,
      takes: 'at most 4 hours (rto; not measured)',
      measured: false,
    });
    expect(row(runbook, 'ledger', /proven/)?.losesAtMostSeconds).toBe(48 * 3600);
    expect(row(runbook, 'orders', /replica/)?.losesAtMostSeconds).toBe(30 * 60);
    expect(row(runbook, 'orders', /to the second/)).toMatchObject({ where: 'eu-west-1', losesAtMostSeconds: 15 * 60 });
  });

  test('the network for recoveries is asked for only where the policy names none', () => {
    expect(shown(runbook)).not.toContain('names no network for recoveries');
    const bare = runbookOf(
      'region-failure',
      contextWith({
        policy: policyIn('policy.yml'),
        account: {
          account: '123456789012',
          resources: [{ kind: 'rds', name: 'a', tags: { 'lifeboat:tier': 'gold' } }],
        },
      }),
    );
    const named = policyIn('policy.yml').recovery !== undefined;
    expect(shown(bare).includes('names no network for recoveries in eu-west-1')).toBe(!named);
  });

  test('the copy Region is asked, and home only whether it answers', () => {
    for (const { region } of starts(runbook)) expect(region).toBe('eu-west-1');
  });
});

describe.each(['region-failure', 'ransomware', 'lost-key'] as const)('%s: what comes back away from home', (name) => {
  const runbook = full(name);
  const away = starts(runbook).filter(({ resource, region }) => resource !== undefined && region === 'eu-west-1');
  const calls = (steps: readonly Step[], resource: string | undefined) =>
    steps
      .filter((step) => step.resource === resource)
      .flatMap(({ calls = [] }) => calls)
      .map(({ operation, region, input }) => `${operation} ${region} ${JSON.stringify(input)}`);

  test('is backed up there by AWS, before anybody goes home: Lifeboat backs up at home only', () => {
    expect(new Set(away.map(({ resource }) => resource))).toEqual(new Set(['orders', 'ledger', 'mail', 'public']));
    for (const { resource, when } of away) {
      const asked = calls(stepsOf(runbook), resource);
      const backups = /^(ModifyDB(Instance|Cluster) .+"BackupRetentionPeriod":7|PutBackupPolicy .+"ENABLED")/;
      expect(asked).toContainEqual(expect.stringMatching(backups));
      expect(asked.find((one) => backups.test(one))).toContain(' eu-west-1 ');
      // What was not recovered is not there.
      if (name === 'region-failure' || when?.includes('FAILED')) continue;
      expect(
        stepsOf(runbook).find(({ says }) => says.includes(`own backups of the recovered ${resource} `)),
      ).toMatchObject({ when });
    }
  });

  test('gets no tag at home, where it is not, and no original is retired for it before it has come home', () => {
    for (const { resource } of away) {
      const asked = calls(runbook.goBack, resource);
      expect(asked.filter((one) => /^(AddTagsToResource|TagResource) /.test(one))).toEqual([]);
      expect(asked).toContainEqual(
        expect.stringMatching(/^(CreateDBInstanceReadReplica|CreateGlobalCluster|CreateReplicationConfiguration) /),
      );
    }
    expect(runbook.goBack.map(({ says }) => says)).toContainEqual(
      expect.stringContaining('give the promoted ones the tags lifeboat:tier and lifeboat:checks'),
    );
    expect(starts({ ...runbook, parts: [] }, 'protect').map(({ input }) => input)).toEqual([
      { resource: 'PROMOTED_ARN' },
    ]);
  });
});

test('ransomware: what has no copy comes back at home, and is settled there', () => {
  const { goBack } = full('ransomware');
  expect(goBack.find(({ says }) => says.startsWith('Protect the recovered stage'))?.region).toBe('eu-central-1');
});

describe('times as drills measured them', () => {
  const drill = (endedAt: string, rtoSeconds: number, more: object = {}) => ({
    resource: 'arn:aws:rds:eu-central-1:123456789012:db:orders',
    region: 'eu-west-1',
    endedAt,
    verdict: 'PASS',
    dataInstant: endedAt.replace('T05', 'T00'),
    rtoSeconds,
    ...more,
  });
  const drilled = [drill('2026-01-08T05:20:00Z', 1020), drill('2026-01-07T05:20:00Z', 1500, { verdict: 'FAIL' })];
  const context = contextWith({ drilled });

  test('go before what the policy promises, the slowest as the bound', () => {
    expect(row(runbookOf('region-failure', context), 'orders', /newest copy/)).toMatchObject({
      takes: '17 minutes in the last drill, 2026-01-08; the slowest of 2 took 25 minutes; the rto is 4 hours',
      takesAtMostSeconds: 1500,
      measured: true,
    });
  });
  test('tell until when there is time to wait and see', () => {
    const { parts } = runbookOf('instance-failure', context);
    const decision = parts
      .flatMap(({ steps }) => steps)
      .find(({ kind, resource }) => kind === 'decide' && resource === 'orders');
    expect(decision?.says).toBe(
      'If orders is not back by 2026-01-09T06:10:00Z, recover it: later than that, its rto of 4 hours is missed, since a recovery may take 50 minutes: twice what a drill took, with the handing over. Else stop.',
    );
  });
  test('no recovery waits for another: each starts right after its own time to wait and see, the first due first', () => {
    const parts = runbookOf('instance-failure', context).parts;
    const { steps = [] } = parts.find(({ title }) => title === 'Start each recovery when it is due') ?? {};
    expect(steps.filter(({ kind }) => kind === 'decide').length).toBeGreaterThan(1);
    steps.forEach((step, index) => {
      if (step.kind === 'decide') expect(steps[index + 1]).toMatchObject({ kind: 'start', resource: step.resource });
    });
    // Nobody measured the others: after a quarter of an hour they are due, and orders hours later.
    expect(steps.at(-1)?.resource).toBe('orders');
  });
  test('are never taken from another Region unsaid', () => {
    expect(row(runbookOf('instance-failure', context), 'orders', /newest recovery point/)?.takes).toContain(
      'in the last drill in eu-west-1',
    );
  });
  test('and the verdicts say which data is good', () => {
    const { honestly } = runbookOf('ransomware', context);
    expect(honestly).toContain(
      'orders: data of 2026-01-08T00:20Z: PASS in eu-west-1; data of 2026-01-07T00:20Z: FAIL in eu-west-1. **The newest data that passed is of 2026-01-08T00:20Z.**',
    );
    expect(honestly).toContain('mail: the evidence holds no drill.');
  });
});

describe('what fails over by itself is left alone', () => {
  const zone = full('zone-failure');
  test('in a zone failure: Multi-AZ and Regional file systems are not recovered, and Aurora by its readers', () => {
    expect(
      starts(zone)
        .map(({ resource }) => resource)
        .filter((one, index, all) => all.indexOf(one) === index),
    ).toEqual(['ledger', 'mail', 'stage']);
    expect(zone.doNotAct[0]).toBe('orders and public: they go on by themselves. Recover nothing of these.');
    // Nobody told whether it has one: with one instance alone Aurora stays in the zone that is gone.
    expect(starts(zone).find(({ resource }) => resource === 'ledger')?.when).toBe(
      'ledger was in the failed zone alone',
    );
  });
  test('a file system in the failed zone may be lost, and the newest point is what there is', () => {
    expect(row(zone, 'mail', /newest recovery point/)?.losesAtMostSeconds).toBe(9 * 3600);
  });
  test('where the account does not say, the runbook does not guess', () => {
    const account = {
      account: '123456789012',
      resources: [{ kind: 'rds', name: 'shop', tags: { 'lifeboat:tier': 'gold' } }],
    };
    const unsure = runbookOf('zone-failure', contextWith({ account }));
    expect(row(unsure, 'shop', /fails over/)?.way).toContain('**if** it is Multi-AZ: the account file does not say');
    expect(starts(unsure)[0]?.when).toBe('shop was in the failed zone alone');
  });
  test('a maintenance window is named', () => {
    expect(full('instance-failure').doNotAct.join('\n')).toContain(
      'within sun:03:00-sun:03:30 UTC, this is the maintenance window of orders',
    );
  });
});

describe('data that is wrong', () => {
  test('every recovery is as of the last good instant, and none as of the newest', () => {
    const runbook = runbookOf('data-corruption', contextWith({ lastGood: '2026-01-09T01:40:00Z' }));
    const asked = starts(runbook).filter(({ input }) => Object.keys(input ?? {}).length > 0);
    expect(asked.length).toBeGreaterThan(0);
    for (const { input } of asked) expect(input?.instant).toBe('2026-01-09T01:40:00Z');
  });
  test('while nobody knows it, the input cannot be run by mistake', () => {
    for (const name of ['data-corruption', 'ransomware'] as const) {
      const asked = starts(full(name)).find(({ input }) => input?.instant !== undefined);
      expect(asked?.input?.instant).toBe('LAST_GOOD_INSTANT');
    }
  });
  test('ransomware: what was not hit is left as it is, since a recovery would lose what was written to it', () => {
    for (const { resource, when, input } of starts(full('ransomware'))) {
      if (input?.instant === 'LAST_GOOD_INSTANT') expect(when).toMatch(`${resource} was hit`);
    }
  });
  test('ransomware: points are held in both Regions before anything else', () => {
    const operations = stepsOf(full('ransomware'))
      .slice(0, 2)
      .map(({ calls, region }) => `${calls?.[0]?.operation} ${region}`);
    expect(operations).toEqual(['CreateLegalHold eu-central-1', 'CreateLegalHold eu-west-1']);
  });
  test('what was deleted as a whole tells no network: the page asks for one at home before it happens', () => {
    const missing = /policy\.yml names no network for recoveries in eu-central-1/;
    expect(full('accidental-deletion').prepare.filter((line) => missing.test(line))).toHaveLength(1);
    const recovery = { ...fullPolicy.recovery, 'eu-central-1': fullPolicy.recovery?.['eu-west-1'] };
    const policy = { ...fullPolicy, recovery } as typeof fullPolicy;
    const { prepare } = runbookOf('accidental-deletion', contextWith({ policy }));
    expect(prepare.filter((line) => missing.test(line))).toEqual([]);
  });
  test('deleted files come back alone', () => {
    const [files] = starts(full('accidental-deletion')).filter(({ input }) => input?.paths !== undefined);
    expect(files?.input).toEqual({ resource: 'fs-0123456789abcdef0', instant: 'LAST_GOOD_INSTANT', paths: ['PATH'] });
  });
});

describe('a lost account', () => {
  test('is said to be the end of everything where nothing is copied to another one', () => {
    const account = {
      account: '123456789012',
      resources: [{ kind: 'rds', name: 'shop', tags: { 'lifeboat:tier': 'gold' } }],
    };
    const runbook = runbookOf('lost-account', contextWith({ policy: policyIn('policy.yml'), account }));
    expect(runbook.inShort).toContain(
      '**The policy copies nothing to another account. If account 123456789012 is lost, everything in it is lost',
    );
    expect(starts(runbook)).toEqual([]);
    expect(row(runbook, 'shop', /none/)?.loses).toBe('**everything**: no copy in another account');
  });
  test('is restored by hand in the account that has the copies: no machine of ours is there', () => {
    const runbook = full('lost-account');
    expect(starts(runbook)).toEqual([]);
    const restores = stepsOf(runbook).filter(({ command }) => command?.includes('start-restore-job'));
    expect(restores).toMatchObject([{ region: 'eu-north-1', command: expect.stringContaining('--region eu-north-1') }]);
    const read = stepsOf(runbook).filter(({ calls }) => calls?.[0]?.operation === 'GetRecoveryPointRestoreMetadata');
    expect(read.map(({ resource }) => resource)).toEqual(['orders', 'ledger', 'mail', 'public']);
    expect(row(runbook, 'orders', /by AWS Backup itself/)).toMatchObject({
      where: '210987654321/eu-north-1',
      loses: expect.stringContaining('nothing watches'),
      takes: 'not known: no drill runs there',
    });
    expect(shown(runbook)).toContain('neither watched nor drilled');
    expect(shown(runbook)).not.toContain('serverless deploy');
    expect(shown(runbook)).toContain(
      '**stage: the policy has no copy in another account. With the account they are lost, for good.**',
    );
  });
});

describe('a lost key', () => {
  const runbook = full('lost-key');
  test('is cancelled and enabled before anything is recovered', () => {
    const order = stepsOf(runbook).map(({ calls, machine }) => calls?.[0]?.operation ?? machine);
    expect(order.indexOf('CancelKeyDeletion')).toBeGreaterThan(-1);
    expect(order.indexOf('CancelKeyDeletion')).toBeLessThan(order.indexOf('recover'));
  });
  test('says which points are lost with it', () => {
    expect(row(runbook, 'stage', /deleted/)?.loses).toBe('**everything**: no copy under another key');
    expect(row(runbook, 'orders', /if the key is deleted/)?.losesAtMostSeconds).toBe(12 * 3600);
  });
});

describe('a command', () => {
  test('is what a shell takes, whatever a name holds', () => {
    expect(quoted("it's")).toBe(`'it'\\''s'`);
    expect(quoted('arn:aws:rds:eu-central-1:1:db:shop')).toBe('arn:aws:rds:eu-central-1:1:db:shop');
    const input = {
      DBInstanceIdentifier: 'shop',
      ForceFailover: true,
      Statistics: ['Sum'],
      Filters: [{ Name: 'a b' }],
    };
    expect(typed({ service: 'rds', operation: 'RebootDBInstance', input, region: 'eu-west-1', query: 'A[].B' })).toBe(
      `aws rds reboot-db-instance --db-instance-identifier shop --force-failover --statistics Sum --filters '[{"Name":"a b"}]' --region eu-west-1 --query 'A[].B' --output text`,
    );
  });
});
