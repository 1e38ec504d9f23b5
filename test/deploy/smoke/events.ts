const execution = (machine: string) => `arn:aws:states:eu-central-1:123456789012:execution:lifeboat-${machine}:smoke`;
const run = (machine: string) => ({ execution: execution(machine), redriveCount: 0 });
const orders = 'arn:aws:rds:eu-central-1:123456789012:db:orders';
const mail = 'arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-0123456789abcdef0';
const point = 'arn:aws:rds:eu-central-1:123456789012:snapshot:awsbackup:job-1';
const startedAt = '2026-03-01T12:00:00.000Z';
const goneBy = '2026-03-02T12:00:00.000Z';
const id = '0123456789abcdef0123';
const restored = { job: 'job-1', startedAt, completedAt: '2026-03-01T12:20:00.000Z' };
const reached = { by: 'mount', version: '1', reachedAt: '2026-03-01T12:25:00.000Z' };
const answered = { measures: 'measures/none.json', answeredAt: startedAt, endedAt: startedAt };
const plan = {
  drill: id,
  resource: mail,
  kind: 'efs',
  tier: 'gold',
  checks: 'mail',
  recoveryPoint: point,
  vault: 'lifeboat',
  instant: startedAt,
  chosenAt: startedAt,
  goneBy,
};
const recovery = {
  is: 'a recovery',
  id,
  execution: execution('recover'),
  redriveCount: 0,
  startedAt,
  goneBy,
  resource: orders,
  kind: 'rds',
  tier: 'gold',
  checks: null,
  region: 'eu-central-1',
  name: 'orders-recovered-20260301-1200',
  way: { by: 'point', instant: startedAt, recoveryPoint: point, vault: 'lifeboat', proven: null, because: 'a test' },
  network: { subnetGroup: 'apps', securityGroups: ['sg-1'], subnets: [], because: 'a test' },
  paths: null,
  settings: { instanceClass: null, parameterGroup: null, optionGroup: null },
  alternatives: [],
};
const waiting = (machine: string) => ({ ...run(machine), token: 'a token' });

/** For each packaged function an event as its machine, its rule or its schedule sends it, that can harm nothing. */
export const events: Readonly<Record<string, unknown>> = {
  allWell: {},
  check: {},
  conclude: { detail: { executionArn: execution('drill') } },
  drillCheck: { ...run('drill'), plan, reached },
  drillChoose: { ...run('drill'), input: {} },
  drillJudge: { ...run('drill'), plan, restored, reached, answered },
  drillReach: { ...run('drill'), plan, restored },
  drillRestore: { ...waiting('drill'), plan },
  drillTearDown: { ...run('drill'), plan, trouble: null },
  fleetDispatch: { ...run('fleet'), startedAt, input: {}, progress: null },
  keep: {},
  probeDatabase: {
    ask: 'data',
    drill: id,
    // Nobody listens there.
    connection: { dialect: 'postgres', host: '127.0.0.1', port: 1, user: 'm', password: 'p', database: 'd' },
    assertions: [],
    integrity: 'none',
  },
  probeFiles: { ask: 'mark', drill: id },
  protectBackUp: {
    ...waiting('protect'),
    resource: orders,
    tier: 'gold',
    backup: { startWindowMinutes: 60, completeWindowMinutes: 120, lifecycle: { DeleteAfterDays: 14 } },
  },
  protectBegin: { ...run('protect'), input: {} },
  protectCopy: {
    ...waiting('protect'),
    resource: orders,
    tier: 'gold',
    recoveryPoint: point,
    copy: {
      to: 'eu-west-1',
      vaultArn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:lifeboat',
      lifecycle: { DeleteAfterDays: 35 },
    },
  },
  reconcile: {},
  recoverCheck: { ...run('recover'), recovery, reached },
  recoverChoose: { ...run('recover'), startedAt, input: {} },
  recoverHandOver: {
    ...run('recover'),
    recovery,
    judged: null,
    trouble: null,
    leftover: null,
    directory: null,
  },
  recoverJudge: { ...run('recover'), recovery, restored, reached, answered },
  recoverReach: { ...run('recover'), recovery, restored },
  recoverRestore: { ...waiting('recover'), recovery },
  recoverTearDown: { ...run('recover'), recovery },
  report: {},
  reportSeal: {},
  resume: { 'detail-type': 'Backup Job State Change', detail: { backupJobId: 'job-1', state: 'COMPLETED' } },
  silence: { execution: execution('silence'), startedAt, input: {} },
  sweep: {},
  watch: {},
};
