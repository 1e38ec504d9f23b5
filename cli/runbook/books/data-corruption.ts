import { settleSteps } from '../afterwards.ts';
import { fromNewestPoint, fromProven, fromWindow } from '../expect.ts';
import { type Plan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book } from '../runbook.ts';
import { arnInput, check, decide, look, start } from '../steps.ts';
import { drillWords, gaps, namesOf, unprotectedWords } from '../words.ts';

/** What stands in an input until somebody knows it. lifeboat-recover refuses it. */
export const unknownInstant = 'LAST_GOOD_INSTANT';

/** The data answers and is wrong. The newest point is as wrong: the instant decides. */
export const dataCorruption: Book = (context) => {
  const { home } = context.policy;
  const { resources, lastGood = unknownInstant } = context;
  const plans = resources.map(
    (resource): Plan => ({
      resource,
      region: home,
      ask: { instant: lastGood },
      says: `as it was at ${lastGood}`,
      expected: fromWindow(context, resource) ?? fromNewestPoint(context, resource),
      when: `${resource.name} is damaged`,
    }),
  );
  return {
    title: 'Data is wrong',
    inShort:
      'A deployment, a script or a person changed data that should not have changed, or storage damaged it. Find the last good moment, recover beside production as of that moment, and copy back what is wrong. Switch over only if nearly all is wrong.',
    recognise: [
      'Users or reports show wrong values; the database itself answers without errors.',
      'An error of the engine speaks of a checksum, an invalid page or a broken index.',
      'A drill ended FAIL or SUSPECT, and its checks name a fall of rows, changed files or a broken assertion.',
    ],
    doNotAct: [
      'If only drills of copies fail, and the same question asked of production is well, the copy is damaged and not production. Start lifeboat-protect for a new copy, and stop.',
      'If the application shows wrong values and the data is right, mend the application. Stop.',
      'If a replica exists, do not promote it: it copied the mistake within seconds.',
      'If users are still connected and most of what they do is right, do not switch over. Recover beside, copy back, and let them work.',
      'Do not restore over the original. Lifeboat does not, and neither should you: it is the evidence, and holds the newest good rows.',
    ],
    expect: resources.flatMap((one) => {
      const back = (row: ReturnType<typeof fromNewestPoint>) => ({
        ...row,
        losesAtMostSeconds: null,
        loses: `if you switch over, everything since the last good moment, and before it ${row.loses}`,
      });
      const rows = [fromWindow(context, one), fromNewestPoint(context, one), fromProven(context, one)];
      return rows.filter((row) => row !== undefined).map(back);
    }),
    honestly: [
      'If you copy back single rows or files, you lose only what is wrong in them.',
      'Without a point-in-time window the newest point **before** the mistake is taken: up to one backup interval older than the last good moment.',
      ...drillWords(context, resources),
      ...unprotectedWords(context),
    ],
    parts: [
      {
        title: 'Stop it from getting worse',
        steps: [
          decide(
            'If whatever writes the wrong data still runs, stop it now: the job, the deployment, the user. Else go on.',
          ),
          check(
            'Write down when the first wrong write was: logs of the deployment, the oldest wrong row, modification times of files. Take a minute before it. That is the last good instant.',
          ),
          ...(context.lastGood === undefined
            ? [
                check(
                  'Print this page again with `--before` and that instant, in UTC: `npx lifeboat runbook data-corruption --before 2026-01-31T09:30:00Z`. The inputs below then are ready to paste.',
                ),
              ]
            : []),
        ],
      },
      {
        title: 'Find good data',
        steps: [
          start(
            context,
            'recover',
            home,
            {},
            'Ask Lifeboat what it could recover at home. It creates nothing. See which points and windows reach back to the last good instant.',
          ),
          ...resources.map((one) => {
            const region = drillRegion(one.tier.drill?.from, home);
            const input = { resource: arnInput(context, one), instant: lastGood };
            return start(
              context,
              'drill',
              region,
              input,
              `Drill the last point of ${one.name} before that instant, in ${region}: its checks say whether the data is good.`,
              {
                resource: one.name,
                when: `nobody is sure that the data of ${one.name} was good then`,
              },
            );
          }),
          decide(
            'If a drill says FAIL or SUSPECT, take an instant before that point and drill again. Else go on with the instant that you have.',
          ),
        ],
      },
      ...recoveryParts(context, plans, 'keep'),
      {
        title: 'Copy back, or switch over',
        steps: [
          decide(
            `If a few tables, rows or files are wrong, copy them from what was recovered into production, and stop when they are right. If only one resource is wrong, switch over that one alone. Else switch over: change DNS or the mount of ${namesOf(resources)} as \`endpoint\` says.`,
          ),
          look(
            'Copy a table back like this, into a table beside the wrong one; compare; then replace in one transaction: `pg_dump -h ENDPOINT -t TABLE | psql -h PRODUCTION`. For files: `rsync -a --itemize-changes /mnt/recovered/PATH /mnt/production/PATH`.',
          ),
        ],
      },
    ],
    verify: verifySteps(context, resources, home),
    goBack: [
      decide(
        'If you copied back, the recovered ones are not needed any more: switch their deletion protection off and delete them when the review is done. Else go on.',
      ),
      ...settleSteps(context, resources),
    ],
    prepare: [
      ...gaps(context, resources, home),
      ...resources
        .filter(({ kind, tier }) => kind !== 'efs' && tier.objectives.pitr_rpo === undefined)
        .map(
          ({ name, tierName }) =>
            `Nothing watches the point-in-time window of ${name}: add \`pitr_rpo\` to the tier ${tierName}. It is what makes this lose minutes instead of hours.`,
        ),
      ...resources
        .filter(({ checksName }) => checksName === null)
        .map(({ name }) => `${name} has no checks of its own: drills cannot see wrong values in it.`),
    ],
  };
};

export function drillRegion(from: 'home' | { readonly region: string } | undefined, home: string): string {
  return from === undefined || from === 'home' ? home : from.region;
}
