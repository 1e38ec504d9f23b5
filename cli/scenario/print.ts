import type { EvidenceRecord } from '../../functions/evidence/record.ts';
import type { WrittenRecord } from '../../simulator/scenarios/evidence.ts';
import type { Scene } from '../../simulator/scenarios/run.ts';
import { readPolicyFile } from '../package/policy.ts';
import { readAccount } from '../runbook/account.ts';
import { type Context, contextOf } from '../runbook/context.ts';
import { drillOf } from '../runbook/measured.ts';
import type { Runbook } from '../runbook/runbook.ts';
import type { Plot } from './plots.ts';

/** The account and the rules that every scenario plays under. */
export const accountFile = 'examples/failures/account.yml';
export const policyFile = 'examples/failures/policy.yml';

/** What a runbook is printed from: the account file, with the ids that AWS gave, and the evidence up to now. */
export async function contextAt(
  { scene, failedAt, plot }: { readonly scene: Scene; readonly failedAt: number; readonly plot: Plot },
  records: readonly WrittenRecord[],
): Promise<Context> {
  const { policy } = await readPolicyFile(policyFile);
  const account = await readAccount(accountFile, policy.home);
  const arnOf = new Map([...scene.resources].map(([arn, { name }]) => [name, arn]));
  const nameOf = new Map([...scene.resources].map(([arn, { name }]) => [arn, name]));
  const resources = account.resources.map((one) => {
    const arn = arnOf.get(one.name) ?? one.arn;
    return { ...one, arn, id: one.kind === 'efs' ? arn?.split('/').at(-1) : one.id };
  });
  const drilled = records
    .flatMap((record) => drillOf(record as unknown as EvidenceRecord) ?? [])
    .map((one) => ({ ...one, name: nameOf.get(one.resource) ?? one.resource }))
    .sort((one, other) => (one.endedAt < other.endedAt ? 1 : -1));
  const lastGood = lastGoodOf(plot, failedAt, drilled);
  return contextOf({
    policy,
    account: { ...account, resources },
    drilled,
    at: plain(failedAt),
    ...(lastGood !== undefined && { lastGood }),
  });
}

/** The last instant whose data is good, as whoever reads the page finds it out. */
function lastGoodOf(plot: Plot, failedAt: number, drilled: Context['drilled']): string | undefined {
  const { lastGoodBefore, damaged } = plot;
  if (lastGoodBefore === undefined) return undefined;
  if (lastGoodBefore !== 'the newest proof') return plain(failedAt - lastGoodBefore);
  const proof = drilled.find(
    ({ name = '', verdict, dataInstant = '' }) =>
      damaged.includes(name) && verdict === 'PASS' && Date.parse(dataInstant) <= failedAt,
  );
  return proof?.dataInstant;
}

/** As people write an instant. */
function plain(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The first lines of a runbook, with what it announces. */
export function headOf(runbook: Runbook): string[] {
  const { name, title, inShort, expect, context } = runbook;
  const shown = expect.map(
    ({ resource, way, where, loses, takes }) => `  ${resource}: ${way}, ${where}. Loses ${loses}. Takes ${takes}.`,
  );
  const lastGood = context.lastGood === undefined ? '' : ` --before ${context.lastGood}`;
  return [
    `The runbook, as printed by: lifeboat runbook ${name} --at ${context.at}${lastGood}`,
    `${title}. ${inShort}`,
    '',
    'It announces:',
    ...shown,
  ];
}
