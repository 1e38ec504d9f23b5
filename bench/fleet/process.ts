import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Template } from '../../cli/package.ts';
import { packaged } from '../packaged.ts';
import type { Standing } from './bill.ts';
import type { FleetOrder, FleetPlayed } from './play.ts';

const policyFile = 'bench/fleet/policy.yml';
/** Megabytes of 2,000 for JavaScript's objects: the rest is for code, buffers and what is new. */
const mostHeap = 1_350;

/** In a process of its own, as every simulation. Each day it says on standard error how far it is. */
export function playFleet(
  order: Omit<FleetOrder, 'settingFile'>,
): Promise<{ played: FleetPlayed; standing: Standing }> {
  return packaged(policyFile, async ({ settingFile, stacks }) => {
    const played = JSON.parse(await answerOf({ ...order, settingFile })) as FleetPlayed;
    const count = (type: string) => stacks.reduce((all, { template }) => all + resourcesOf(template, type), 0);
    return { played, standing: { keys: count('AWS::KMS::Key'), dashboards: count('AWS::CloudWatch::Dashboard') } };
  });
}

function answerOf(order: FleetOrder): Promise<string> {
  return new Promise((resolve, reject) => {
    const play = join(import.meta.dirname, 'play.ts');
    // Without a limit Node takes room for garbage that it could collect.
    const child = spawn(process.execPath, [`--max-old-space-size=${mostHeap}`, play, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(new Error(`The fleet's process ended with ${code}.`));
    });
  });
}

function resourcesOf(template: Template, type: string): number {
  return Object.values(template.Resources).filter(({ Type }) => Type === type).length;
}
