import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeReport } from '../functions/report/make.ts';
import type { Message } from '../simulator/scenarios/messages.ts';
import type { Summary } from '../simulator/scenarios/summary.ts';
import type { SimulatedAccount } from '../simulator/world/account.ts';
import { shelfOf } from './report/shelf.ts';

/** Keeps what a run left behind: the objects of the evidence buckets, the report of them, every message, and the summary. */
export async function writeOut(
  directory: string,
  { summary, messages, account }: { summary: Summary; messages: readonly Message[]; account: SimulatedAccount },
): Promise<void> {
  const write = (path: string, content: string | Uint8Array) => {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  write('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  messages.forEach((message, index) => {
    const number = String(index + 1).padStart(4, '0');
    write(`messages/${number}-${message.severity}-${message.phase}.txt`, `${message.title}\n\n${message.text}\n`);
  });
  const buckets: { shelf: Awaited<ReturnType<typeof shelfOf>> }[] = [];
  for (const region of account.regions) {
    const bucket = `lifeboat-evidence-${account.id}-${region.name}`;
    const bodies = new Map<string, string>();
    for (const { key, body } of region.services.S3.contents(bucket)) {
      write(`${bucket}/${key}`, body);
      bodies.set(key, Buffer.from(body).toString('utf8'));
    }
    const read = async (key: string) => bodies.get(key) ?? '';
    buckets.push({ shelf: await shelfOf({ keys: async () => [...bodies.keys()].sort(), read }) });
  }
  write('report.html', (await makeReport(buckets, {})).page);
}
