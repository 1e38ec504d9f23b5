import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type AccountFile, type ResourceSpec, readAccountFile } from '../simulator/scenarios/account-file.ts';
import { OptionsRejected, type StartOptions } from './options.ts';

const week = 'examples/week/account.yml';

/** The tier that data given on the command line takes: the first of the policy. */
export function accountOf(options: StartOptions, firstTier: string): AccountFile {
  if (options.sql.length === 0 && options.files.length === 0) {
    const read = readAccountFile(options.account ?? week);
    if (!read.ok) throw new OptionsRejected(read.problems.join('\n'));
    return read.account;
  }
  const tags = { 'lifeboat:tier': firstTier };
  const names = new Set<string>();
  const databases = options.sql.map((path): ResourceSpec => {
    need(path, 'file', '--sql');
    return { kind: 'rds', name: nameFor(path, names), database: 'app', sql: [resolve(path)], tags, workload: [] };
  });
  const fileSystems = options.files.map((path): ResourceSpec => {
    need(path, 'directory', '--files');
    return { kind: 'efs', name: nameFor(path, names), directory: resolve(path), tags, workload: [] };
  });
  return {
    account: '123456789012',
    start: Date.parse('2026-01-05T00:00:00Z'),
    resources: [...databases, ...fileSystems],
    incidents: [],
    expect: { days: options.days ?? 3, pages: [] },
  };
}

function need(path: string, what: 'file' | 'directory', option: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new OptionsRejected(`${option} ${path}: there is no such ${what}.`);
  if (what === 'file' ? !stat.isFile() : !stat.isDirectory())
    throw new OptionsRejected(`${option} ${path}: this is no ${what}.`);
}

/** A name that RDS takes as an identifier: letters, digits and single hyphens, beginning with a letter. */
function nameFor(path: string, taken: Set<string>): string {
  const plain = basename(resolve(path))
    .replace(/\.[a-z]+$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const base = plain === '' ? 'data' : plain;
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`;
  taken.add(name);
  return name;
}
