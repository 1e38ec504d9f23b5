import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import type { ScratchRow } from '../ledger/scratch.ts';
import { nameOf } from '../platform/errors.ts';
import { mustBeScratch, NotScratch, probeVersionIsScratch, scratchName } from './birth.ts';
import type { Remover, Wrecking } from './removal.ts';

/**
 * Deletes the version of the file probe that was published for a drill, by its number. Never without one: that would
 * delete the function.
 */
export const removeProbeVersion: Remover = async (wrecking, row) => {
  if (row.name !== wrecking.probe) {
    throw new NotScratch(`Nothing was deleted: '${row.name}' is not the file probe, ${wrecking.probe}.`);
  }
  const found = await find(wrecking, row);
  if (found === undefined) return { is: 'gone' };
  mustBeScratch(
    probeVersionIsScratch(row, { probe: wrecking.probe, version: found.Version, description: found.Description }),
  );
  const version = found.Version ?? '';
  try {
    await wrecking.functions.send(new DeleteFunctionCommand({ FunctionName: row.name, Qualifier: version }));
  } catch (error) {
    if (nameOf(error) === 'ResourceConflictException') {
      return { is: 'going', because: `Lambda does not delete version ${version} of ${row.name} yet` };
    }
    if (nameOf(error) !== 'ResourceNotFoundException') throw error;
  }
  return { is: 'gone' };
};

async function find(wrecking: Wrecking, row: ScratchRow): Promise<FunctionConfiguration | undefined> {
  if (row.id === undefined) {
    const published = await versionsOf(wrecking);
    return published.find(({ Description }) => Description === scratchName(row.drill));
  }
  try {
    return await wrecking.functions.send(
      new GetFunctionConfigurationCommand({ FunctionName: row.name, Qualifier: row.id }),
    );
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** The published versions of the file probe. */
export async function versionsOf({ functions, probe }: Wrecking): Promise<FunctionConfiguration[]> {
  const versions: FunctionConfiguration[] = [];
  for await (const page of paginateListVersionsByFunction({ client: functions }, { FunctionName: probe })) {
    versions.push(...(page.Versions ?? []).filter(({ Version }) => Version !== '$LATEST'));
  }
  return versions;
}
