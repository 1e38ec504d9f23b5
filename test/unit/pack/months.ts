import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reportCommand } from '../../../cli/report/command.ts';
import { verifyCommand } from '../../../cli/verify/command.ts';
import type { AttemptContent } from '../../../functions/evidence/record.ts';
import { standingChain } from '../../../functions/evidence/standing.ts';
import { arnOf, backedUp, copy, day, drilled, home, hour, iso, standing, written } from '../report/written.ts';

const first = Date.parse('2025-12-28T00:00:00.000Z');
const names = { orders: {}, mail: {} };

/** Evidence of an account in use from 28 December to 4 February, or to another day: sealed and standing each day. */
export function months(until = Date.parse('2026-02-04T00:00:00.000Z')) {
  const evidence = written();
  const { write, sealed } = evidence;
  for (let at = first; at < until; at += day) {
    for (const name of Object.keys(names)) {
      const id = `${name}-${at}`;
      write(home, arnOf(name), `lifeboat-protect/${id}/0`, backedUp(at + hour), at + hour);
      write(copy, arnOf(name), `lifeboat-drill/${id}/0`, drilled(at + 5 * hour), at + 5 * hour);
    }
    sealed(at + 6 * hour);
    for (const part of ['home', 'copy'] as const) {
      const stands = at + 8 * hour;
      write(part === 'home' ? home : copy, standingChain, `standing/${stands}`, standing(part, stands, names), stands);
    }
    // After the seal of the day, so that only that of the next one holds it.
    write(home, arnOf('orders'), `lifeboat-protect/late-${at}/0`, backedUp(at + 23 * hour), at + day - 1);
  }
  return evidence;
}

/** Somebody recovered the database for real. */
export const recovered = (at: number): AttemptContent => ({
  ...drilled(at),
  workflow: 'recover',
  points: [{ as: 'recovered', arn: 'arn:point', instant: iso(at - 7 * hour) }],
  restored: { name: 'orders-recovered-20260115' },
  timings: { usable: 1_300 },
  verdict: { is: 'DONE', because: ['its data: PASS', '2 checks ran and passed'] },
});

/** Leaves the evidence on the disk, a folder for each bucket, as --out does. */
export async function onDisk(kept: ReadonlyMap<string, string>): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'lifeboat-pack-'));
  for (const [key, text] of kept) {
    const file = join(out, `lifeboat-evidence-${key.split('/')[1]}`, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return out;
}

type Command = typeof reportCommand | typeof verifyCommand;

async function run(command: Command, args: readonly string[]) {
  const said: string[] = [];
  const complaints: string[] = [];
  const code = await command(args, { say: (line) => said.push(line), complain: (line) => complaints.push(line) });
  return { code, text: said.join('\n'), complaint: complaints.join('\n') };
}

export const report = (...args: readonly string[]) => run(reportCommand, args);
export const verify = (...args: readonly string[]) => run(verifyCommand, args);

/** The pack of a month of this evidence, on the disk. */
export async function packOf(kept: ReadonlyMap<string, string>, month = '2026-01') {
  const from = await onDisk(kept);
  const pack = join(from, 'pack');
  return { ...(await report(from, '--month', month, '--pack', pack)), from, pack };
}

/** Every file of a directory by its path. */
export async function filesOf(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(directory, path), 'utf8')] as const)),
  );
}
