import type { PriceName, Prices } from '../../cli/prices/prices.ts';
import type { Used } from './meter.ts';
import type { Waited } from './waits.ts';

/** One line of a bill: so much of something in a month, US dollars. */
export interface BillLine {
  readonly line: string;
  readonly quantity: number;
  readonly price: PriceName;
  readonly usd: number;
}

/** What the stacks hold that costs the same whatever they do. */
export interface Standing {
  readonly keys: number;
  readonly dashboards: number;
}

/** As in `lifeboat plan`: a twelfth of a year. */
const monthDays = 365 / 12;

/** What one question of a polling loop costs: the Wait, the Task that asks, and the Choice that looks at the answer. */
const transitionsEachPoll = 3;
/** The function that asks: 256 MB, a warm start, one call and a little computing, by the simulator's own assumptions. */
const pollGigabyteSeconds = 0.25 * 0.07;

const metricCalls = ['CloudWatch.PutMetricData', 'CloudWatch.GetMetricStatistics'];

/** The states that start a job and wait for it, and the functions behind them. */
const waitingStates = ['lifeboat-protect/Back Up', 'lifeboat-protect/Copy', 'lifeboat-drill/Restore Into Scratch'];
const waitingFunctions = [
  'lifeboat-protect-back-up',
  'lifeboat-protect-copy',
  'lifeboat-drill-restore',
  'lifeboat-resume',
];

/** What the run used, as a month of it would be billed. Storage is not in it: it is the same whoever makes the points. */
export function billOf(used: Used, standing: Standing, prices: Prices, days: number): BillLine[] {
  const lambda = Object.values(used.lambda);
  const month = (quantity: number) => (quantity * monthDays) / days;
  return [
    line('Step Functions, state transitions', 'stateTransition', month(sum(used.transitions)), prices),
    line('Lambda, requests', 'lambdaRequest', month(lambda.reduce((total, { runs }) => total + runs, 0)), prices),
    line(
      'Lambda, GB-seconds',
      'lambdaArm',
      month(lambda.reduce((total, { gigabyteSeconds }) => total + gigabyteSeconds, 0)),
      prices,
    ),
    line('DynamoDB, write units', 'dynamodbWrite', month(used.writeUnits), prices),
    line('DynamoDB, read units', 'dynamodbRead', month(used.readUnits), prices),
    line('S3, objects written and lists', 's3Put', month(callsOf(used, ['S3.PutObject', 'S3.ListObjectsV2'])), prices),
    line('S3, objects read', 's3Get', month(callsOf(used, ['S3.GetObject', 'S3.HeadObject'])), prices),
    line('EventBridge Scheduler, firings', 'schedule', month(used.firings), prices),
    line('CloudWatch, alarms', 'alarm', used.alarms, prices),
    line('CloudWatch, metrics', 'metric', used.metrics, prices),
    line('CloudWatch, requests', 'metricRequest', month(callsOf(used, metricCalls)), prices),
    line('SNS, messages', 'message', month(callsOf(used, ['SNS.Publish'])), prices),
    line('CloudWatch, dashboards', 'dashboard', standing.dashboards, prices),
    line('KMS, keys', 'key', standing.keys, prices),
  ];
}

/**
 * Of that bill: the starting of jobs and the waiting for them, events and callbacks included. What is free each month is
 * left to the rest of the bill.
 */
export function waitingBill(used: Used, prices: Prices, days: number): BillLine[] {
  const month = (quantity: number) => (quantity * monthDays) / days;
  const functions = waitingFunctions.map((name) => used.lambda[name] ?? { runs: 0, gigabyteSeconds: 0 });
  const transitions = waitingStates.reduce((total, state) => total + (used.transitions[state] ?? 0), 0);
  return [
    part('state transitions', 'stateTransition', month(transitions), prices),
    part('requests', 'lambdaRequest', month(functions.reduce((total, { runs }) => total + runs, 0)), prices),
    part(
      'GB-seconds',
      'lambdaArm',
      month(functions.reduce((total, { gigabyteSeconds }) => total + gigabyteSeconds, 0)),
      prices,
    ),
  ];
}

/**
 * The same jobs started and waited for by a loop that waits 60 seconds and asks. AWS Backup's calls cost nothing, and a
 * loop needs no events; `withFunction` is false for a Task that asks AWS Backup without a function.
 */
export function pollingBill(waited: Waited, prices: Prices, days: number, withFunction = true): BillLine[] {
  const month = (quantity: number) => (quantity * monthDays) / days;
  const jobs = Object.values(waited).reduce((total, one) => total + one.jobs, 0);
  const polls = Object.values(waited).reduce((total, one) => total + one.polls, 0);
  const asks = withFunction ? month(jobs + polls) : 0;
  return [
    part('state transitions', 'stateTransition', month(jobs + transitionsEachPoll * polls), prices),
    part('requests', 'lambdaRequest', asks, prices),
    part('GB-seconds', 'lambdaArm', asks * pollGigabyteSeconds, prices),
  ];
}

export function total(bill: readonly BillLine[]): number {
  return bill.reduce((sum, { usd }) => sum + usd, 0);
}

function line(words: string, price: PriceName, quantity: number, prices: Prices): BillLine {
  const free = prices.prices[price].freePerMonth ?? 0;
  return { ...part(words, price, quantity, prices), usd: Math.max(0, quantity - free) * prices.prices[price].usd };
}

/** Of something of which nothing is free, or whose free share is used up. */
function part(words: string, price: PriceName, quantity: number, prices: Prices): BillLine {
  return { line: words, quantity, price, usd: quantity * prices.prices[price].usd };
}

function callsOf({ calls }: Used, names: readonly string[]): number {
  return names.reduce((total, name) => total + (calls[name] ?? 0), 0);
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
