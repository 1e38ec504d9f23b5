import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parsePolicyJson, policyJson } from '../../../functions/policy/policy.ts';
import { goodPolicy, problemsOf } from './policies.ts';

const folder = new URL('../../../functions/policy/', import.meta.url);

describe('policy.json, which the functions are packaged with', () => {
  test('is read back as it was written', () => {
    const policy = goodPolicy();
    expect(parsePolicyJson(policyJson(policy))).toEqual(policy);
  });

  test.each([
    ['{ "version": 1 }', 'policy.json is of version 1, these functions read version 2: run npm run package again'],
    ['{}', 'policy.json has no version, these functions read version 2: run npm run package again'],
    ['null', 'policy.json has no version, these functions read version 2: run npm run package again'],
    ['{ "version": 2, "home": "eu-west-1" }', 'policy.json has no alerts: run npm run package again'],
    ['{ "version"', 'policy.json is not JSON: run npm run package again'],
  ])('%s is refused with the mend', (text, message) => {
    expect(() => parsePolicyJson(text)).toThrow(expect.objectContaining({ name: 'PolicyRejected', message }));
  });

  test('no function carries the parser of YAML or the whole of zod', () => {
    const imported = (file: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(file)) return seen;
      seen.add(file);
      if (!file.startsWith('file:')) return seen;
      const source = readFileSync(new URL(file), 'utf8').replaceAll(/^import type .*$/gm, '');
      for (const [, from = ''] of source.matchAll(/from '([^']+)'/g)) {
        imported(from.startsWith('.') ? new URL(from, file).href : from, seen);
      }
      return seen;
    };
    const packages = (file: string) =>
      [...imported(new URL(file, folder).href)].filter((name) => !name.startsWith('file:'));
    for (const file of ['policy.ts', 'resolve.ts', 'owners.ts', 'kind.ts', 'duration.ts', 'feasible.ts', 'place.ts']) {
      expect([file, packages(file)]).toEqual([file, []]);
    }
    expect(packages('read.ts').sort()).toEqual(['yaml', 'zod']);
  });
});

describe('the reference', () => {
  const reference = readFileSync(new URL('../../docs/policy.md', folder), 'utf8');
  const holders = [
    { zzzz: { tiers: '  gold: { objectives: { rpo: 1 day }, zzzz: 1 }' }, heading: 'tiers' },
    { zzzz: { tiers: '  gold: { objectives: { rpo: 1 day, zzzz: 1 } }' }, heading: 'objectives' },
    {
      zzzz: { tiers: '  gold: { backup: { every: 1 h, keep: 9 d, zzzz: 1 }, objectives: { rpo: 1 day } }' },
      heading: 'backup',
    },
    {
      zzzz: { tiers: '  gold: { copies: [ { to: eu-west-1, zzzz: 1 } ], objectives: { rpo: 1 day } }' },
      heading: 'copies',
    },
    {
      zzzz: { tiers: '  gold: { drill: { every: 9 h, from: home, zzzz: 1 }, objectives: { rpo: 1 day } }' },
      heading: 'drill',
    },
    { zzzz: { home: 'home: eu-central-1\nzzzz: 1' }, heading: 'the top' },
    { zzzz: { alerts: 'alerts: { page: [ a@example.com ], zzzz: 1 }' }, heading: 'alerts' },
    { zzzz: { checks: '  a: { zzzz: 1 }' }, heading: 'checks of a database' },
    { zzzz: { checks: '  a: { row_counts: { zzzz: 1 } }' }, heading: 'row counts' },
    { zzzz: { checks: '  a: { digest: { zzzz: 1 } }' }, heading: 'digests' },
    {
      zzzz: { checks: '  a: { assertions: [ { name: a, sql: select 1, equals: 1, zzzz: 1 } ] }' },
      heading: 'assertions',
    },
    { zzzz: { checks: '  a: { files: { must_exist: [ a ], zzzz: 1 } }' }, heading: 'checks of files' },
  ];

  test.each(holders)('explains every field of $heading', ({ zzzz }) => {
    const [unknown] = problemsOf(zzzz).filter(({ field }) => field.endsWith('zzzz'));
    const fields = unknown?.mend.replace('the fields here are ', '').split(', ') ?? [];
    expect(fields.length).toBeGreaterThan(1);
    for (const field of fields) expect(reference).toMatch(new RegExp(`\\| [^|]*\`[a-zA-Z.\\[\\]]*${field}\``));
  });
});
