import type { Result } from './check.ts';
import type { Diagnosis } from './doctor.ts';

/** The diagnosis for a person: what would fail first, then what nobody knows, then what was asked and is well. */
export function diagnosisLines({ policy, results, ok }: Diagnosis): string[] {
  const of = (status: Result['status']) => results.filter((one) => one.status === status);
  const [wrong, silent, well] = [of('wrong'), of('cannot tell'), of('ok')];
  const count = wrong.reduce((sum, { troubles }) => sum + troubles.length, 0);
  return [
    `Doctor: what would fail tonight, by the rules of ${policy}.`,
    '',
    ...section('WRONG', wrong),
    ...section('CANNOT TELL', silent),
    ...(well.length === 0 ? [] : [...wellLines(well), '']),
    ok
      ? `All ${results.length} checks are well.`
      : `${count} wrong, ${silent.length} of ${results.length} checks without an answer.`,
  ];
}

function section(title: string, results: readonly Result[]): string[] {
  if (results.length === 0) return [];
  // What has one cause, such as a stack that is not there or credentials that are not, is told once.
  const told = new Map<
    string,
    { regions: Set<string>; checks: Set<string>; fields: Set<string>; words: string; mend: string }
  >();
  for (const { region, check, troubles } of results) {
    for (const { field, words, mend } of troubles) {
      const key = `${words}\n${mend}`;
      const known = told.get(key) ?? { regions: new Set(), checks: new Set(), fields: new Set(), words, mend };
      known.regions.add(region);
      known.checks.add(check);
      if (field !== check) known.fields.add(field);
      told.set(key, known);
    }
  }
  const listed = (names: ReadonlySet<string>) => [...names].join(', ');
  return [
    title,
    ...[...told.values()].flatMap(({ regions, checks, fields, words, mend }) => [
      `  ${listed(regions)}  ${listed(checks)}${fields.size === 0 ? '' : `: ${listed(fields)}`}`,
      `    ${words}`,
      `    mend: ${mend}`,
    ]),
    '',
  ];
}

function wellLines(results: readonly Result[]): string[] {
  const regions = [...new Set(results.map(({ region }) => region))];
  return regions.map((region) => {
    const names = results.filter((one) => one.region === region).map(({ check }) => check);
    return `Well in ${region}: ${names.join(', ')}`;
  });
}
