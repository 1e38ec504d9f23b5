import { filesHeld, tablesHeld } from '../../simulator/scenarios/application.ts';
import type { Place } from './application.ts';
import { digestOf } from './journal.ts';
import { type Play, type Recovery, recoveredOf } from './play.ts';

/** How a recovery ended, and at once, before anything writes to it, what an application reads there. */
export async function toldOf(play: Play, recovery: Recovery): Promise<string[]> {
  const { ended, resource } = recovery;
  if (ended === undefined) return [];
  const { status, error, cause, output, tookSeconds } = ended;
  if (status !== 'SUCCEEDED') return [`${resource}: ${status} after ${tookSeconds} s: ${error}: ${cause}`];
  const answer = output as unknown as Answer;
  recovery.seen = await play.operator.now(() => play.application.reads(placeOf(answer)));
  const { point } = answer.from;
  if (point !== undefined) recovery.held = await play.operator.now(() => heldBy(play, recovery.region, point));
  const from = point === undefined ? `as of ${answer.from.instant}` : `from the point ${shortArn(point)}`;
  return [
    `${resource}: ${answer.name}, ${from}; checked: ${answer.checked.verdict}; it took ${answer.tookSeconds} s`,
    `  ${answer.loses.because}`,
  ];
}

/** What lifeboat-recover answers, as far as whoever follows the runbook reads it. */
export interface Answer {
  readonly name: string;
  readonly region: string;
  readonly endpoint: { readonly address?: string; readonly fileSystemId?: string; readonly path?: string };
  readonly from: { readonly point?: string; readonly instant?: string; readonly dataInstant: string };
  readonly loses: { readonly after: string; readonly because: string };
  readonly checked: { readonly verdict: string };
  readonly tookSeconds: number;
}

function placeOf({ endpoint, region }: Answer): Place {
  const { address, fileSystemId = '', path = '/' } = endpoint;
  if (address !== undefined) return { is: 'database', address };
  return { is: 'files', region, fileSystemId, under: path.replace(/^\//, '') };
}

async function heldBy({ scene }: Play, region: string, point: string): Promise<string> {
  const there = scene.account.region(region);
  const type = there.services.Backup.truth().points.find(({ arn }) => arn === point)?.type;
  return type === 'EFS' ? digestOf(filesHeld(there, point).byPath) : digestOf(await tablesHeld(there, point));
}

function shortArn(arn: string): string {
  return arn.split(':').slice(5).join(':');
}

/** Sends the application to what was recovered, as `endpoint` of the output says. */
export async function switchOver(play: Play, name: string): Promise<void> {
  const output = recoveredOf(play, name)?.ended?.output as Answer | undefined;
  if (output === undefined) {
    play.troubles.push(`${name} was not recovered, so nothing can be switched over to`);
    return;
  }
  const place = placeOf(output);
  const record = play.context.resources.find((one) => one.name === name)?.dns?.record;
  if (place.is === 'files') play.application.mount(name, place);
  else if (record !== undefined) play.application.setRecord(record, place.address);
}
