import { describe, expect, test } from '@jest/globals';
import { readOptions, type SimulateOptions, usage } from '../../../cli/simulate/options.ts';
import type { SmallOrder } from '../../../cli/simulate/order.ts';
import { everyOf, pairsOf } from '../../../cli/simulate/swarm.ts';
import { again } from '../../../cli/simulate/tally.ts';
import { allFaults, weatherNames } from '../../../simulator/faults/index.ts';

const read = (...args: string[]) => readOptions(args) as SimulateOptions;

describe('npm run simulate', () => {
  test('can be told to play a million hours of an account of ten resources', () => {
    const {
      seeds,
      days,
      resources,
      faults: asked,
    } = read(...['--resources', '10', '--fault', 'drawn', '--seeds', '1500', '--months', '1']);
    expect({ hours: seeds.length * days * 24 > 1_000_000, resources, asked }).toEqual({
      hours: true,
      resources: 10,
      asked: 'drawn',
    });
  });

  test('plays accounts as they are drawn, under no fault, when it is told nothing', () => {
    expect(read()).toMatchObject({ faults: [undefined], days: 28 });
    expect(read().resources).toBeUndefined();
  });

  test('takes each fault of generated accounts by its name, and all of them', () => {
    for (const name of Object.keys(allFaults)) expect(read('--fault', name).faults).toEqual([name]);
    expect(read('--fault', 'all').faults).toEqual(Object.keys(allFaults));
  });

  test('strikes so many pairs of calls, or every pair, or each Nth of them', () => {
    expect(read('--pairs', '500').sites).toEqual({ mode: 'pairs', count: 500 });
    expect(read('--pairs', 'all').sites).toEqual({ mode: 'all pairs', every: 1 });
    expect(read('--pairs', 'all', '--every', '1000').sites).toEqual({ mode: 'all pairs', every: 1000 });
    expect(() => read('--pairs', 'some')).toThrow(/--pairs some: write a whole number/);
    const pairs = [...pairsOf(['a', 'b', 'c', 'd'])].map((pair) => pair.join(''));
    expect([...pairs].sort()).toEqual(['ab', 'ac', 'ad', 'bc', 'bd', 'cd']);
    expect([...everyOf(pairs, 2)]).toEqual(['ab', 'cd', 'bd']);
  });

  test('plays what goes on for a while with one seed, or with as many as it is told', () => {
    expect(read('--weather', 'jobs-fail', '--from', '7').seeds).toEqual(['7']);
    expect(read('--weather', 'jobs-fail', '--from', '7', '--seeds', '3').seeds).toEqual(['7', '8', '9']);
    expect(() => read('--weather', 'jobs-fail', '--seeds', '2', '--trace', 'run.jsonl')).toThrow(/a trace is of one/);
  });

  test('writes a trace of one run alone', () => {
    expect(read('--seeds', '1', '--trace', 'run.jsonl').trace).toBe('run.jsonl');
    expect(read('--weather', 'jobs-fail', '--trace', 'run.jsonl').trace).toBe('run.jsonl');
    expect(() => read('--seeds', '2', '--trace', 'run.jsonl')).toThrow(/a trace is of one run/);
    expect(() => read('--seeds', '1', '--fault', 'all', '--trace', 'run.jsonl')).toThrow(/a trace is of one run/);
  });

  test('lets some of the incidents of one account happen, or none', () => {
    expect(read('--seeds', '1').incidents).toBeUndefined();
    expect(read('--seeds', '1', '--incidents', 'none').incidents).toEqual([]);
    expect(read('--seeds', '1', '--incidents', '3,7,3').incidents).toEqual([3, 7]);
    expect(() => read('--incidents', '3')).toThrow(/--incidents: each account has its own\. Write --seeds 1 too/);
  });

  test('makes three broken runs short, or as many as it is told', () => {
    expect(read().shorten).toBe(3);
    expect(read('--swarm', '--json').shorten).toBe(3);
    expect(read('--pairs', '5', '--shorten', '0').shorten).toBe(0);
    expect(read('--json').shorten).toBe(0);
    expect(() => read('--json', '--shorten', '1')).toThrow(/--shorten: it does not go with --json of generated/);
  });

  test.each([
    [['--seeds', '1', '--incidents', '3,x'], /--incidents 3,x: write none, or numbers such as 3,7/],
    [['--seeds', '1', '--incidents', '0'], /--incidents 0: write none, or numbers such as 3,7/],
    [['--resources', '0'], /--resources 0: write a whole number from 1/],
    [['--fault', 'rain'], /--fault rain: write all, drawn, or one of/],
    [['--weather', 'rain'], /--weather rain: write one of/],
  ])('says of %j what is to be written instead', (args, words) => {
    expect(() => read(...args)).toThrow(words);
  });

  test.each([
    [
      '--weather events-lost --days 90',
      /--days: it goes with generated accounts, and not with --at and --weather\. Leave/,
    ],
    ['--weather events-lost --resources 500', /--resources: it goes with generated accounts/],
    ['--exhaustive --from 7', /--from: it goes with .*--swarm.*, and not with --exhaustive\. Leave it out/],
    ['--pairs 5 --every 2', /--every: it goes with --exhaustive, --pairs all, and not with --pairs N/],
    ['--swarm --fault all', /--fault: it goes with generated accounts, and not with --swarm/],
    ['--calls all', /--calls: it goes with --exhaustive, and not with generated accounts/],
    ['--swarm --incidents 3', /--incidents: it goes with generated accounts, and not with --swarm/],
    ['--exhaustive --shorten 0', /--shorten: it goes with generated accounts, .*, and not with --exhaustive/],
    ['--exhaustive --swarm', /--exhaustive; --swarm: write one of them/],
    ['--swarm --weather events-lost', /--swarm; --at and --weather: write one of them/],
  ])('refuses what it would not heed: %s', (args, words) => {
    expect(() => read(...args.split(' '))).toThrow(words);
  });

  const site = { region: 'eu-west-1', caller: 'lifeboat-watch', to: 'eu-west-1', call: 'DynamoDB.Query', number: 3 };
  test.each<SmallOrder>([
    { what: 'small', seed: '7', weather: ['jobs-fail', 'silenced'], faults: [{ site, strike: 'slow' }] },
    { what: 'small', seed: '8', weather: ['jobs-fail'], faults: [], plant: 'false-page' },
    // What was left of a run that broke without any of its faults.
    { what: 'small', seed: '9', weather: [], faults: [] },
  ])('takes the command that a failure prints, and plays the same: %j', (order) => {
    const [, printed = ''] = again(order).split('npm run simulate -- ');
    const args = [...printed.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);
    const { seeds, sites, plant } = read(...args);
    expect({ seeds, sites, plant }).toEqual({
      seeds: [order.seed],
      sites: { mode: 'replay', faults: order.faults, weather: order.weather },
      plant: order.plant,
    });
  });

  test('names in its help everything that can go wrong for a while', () => {
    for (const name of weatherNames) expect(usage).toContain(name);
  });
});
