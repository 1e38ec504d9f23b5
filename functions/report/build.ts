import { slugOf } from '../evidence/key.ts';
import type { DrillVerdict } from '../evidence/record.ts';
import type { OpenEpisode, ResourceStanding, StandingContent } from '../evidence/standing.ts';
import { pipeline } from '../ledger/episode.ts';
import { inWords } from '../policy/duration.ts';
import { type Everything, type Gathered, timelineOf, worthKeeping } from './gather.ts';
import { judge, order, overall, tellingDrill } from './judge.ts';
import { meansOf } from './means.ts';
import type { Counts, EpisodeModel, Model, PlaceModel, ResourceModel, ResourcePlace, Untested } from './model.ts';
import type { Trouble } from './read.ts';
import { scoreOf } from './score.ts';
import { survivalOf } from './survive.ts';

/** A day between two standings, and the hours in which a schedule may be retried. */
const standingFreshSeconds = 30 * 3600;

/**
 * Makes what the page shows. `at` is the instant it speaks of, `from` the first that it tells of (both ISO 8601). Whatever
 * has records or stands in any roster is on it: a resource without a standing is `unknown`, never left out.
 */
export function buildModel(
  everything: Everything,
  {
    from,
    at,
    month,
    troubles: known = [],
  }: { readonly from: string; readonly at: string; readonly month?: string; readonly troubles?: readonly Trouble[] },
): Model {
  const places = everything.places.map((place) => placeModel(place, everything.standings.get(place.location), at));
  const read = [...places.flatMap((place) => place.troubles), ...missingPlaces(places)];
  const isNew = ({ of, words }: Trouble) => !read.some((one) => one.of === of && one.words === words);
  const troubles = [...read, ...known.filter(isNew)];
  const unsure = places
    .flatMap(({ location, stale, standing }) => [
      ...(stale === undefined ? [] : [`${location}: ${stale}`]),
      ...(standing !== undefined && !standing.roster.fresh ? [`${location}: ${standing.roster.because}`] : []),
    ])
    .concat(places.flatMap((place) => unsealed(place, from, at)));
  const rosters = new Map<string, { place: PlaceModel; standing: StandingContent; row: ResourceStanding }[]>();
  for (const place of places) {
    for (const row of place.standing?.resources ?? []) {
      const rows = rosters.get(row.resource) ?? [];
      rosters.set(row.resource, [...rows, { place, standing: place.standing as StandingContent, row }]);
    }
  }
  const names = new Map([...rosters].map(([arn, rows]) => [arn, rows[0]?.row.name ?? arn]));
  const named = (episode: EpisodeModel): EpisodeModel => ({
    ...episode,
    name: episode.subject === pipeline ? 'Lifeboat itself' : (names.get(episode.subject) ?? shortName(episode.subject)),
  });
  const open = places
    .flatMap(({ location, standing }) => (standing?.open ?? []).map((one) => openModel(one, location)))
    .filter(
      (one) =>
        !everything.ended.some(
          ({ subject, kind, location, openedAt }) =>
            subject === one.subject && kind === one.kind && location === one.location && openedAt === one.openedAt,
        ),
    )
    .map(named)
    .sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1));
  const ended = everything.ended.map(named);
  const bySubject = Map.groupBy([...ended, ...open], ({ subject }) => subject);

  // Who has records and is on no roster was retired, or forgotten: then it is on the page, and nobody can tell.
  const retired = new Set(places.flatMap(({ standing }) => standing?.retired.map(({ resource }) => resource) ?? []));
  const forgotten = [...everything.resources.keys()].filter((arn) => !retired.has(arn));
  const arns = [...new Set([...rosters.keys(), ...forgotten])];
  const resources = arns
    .map((arn) =>
      resourceModel(arn, {
        rows: rosters.get(arn) ?? [],
        gathered: everything.resources.get(arn),
        episodes: bySubject.get(arn) ?? [],
        open: open.filter(({ subject }) => subject === arn),
        places,
        at,
      }),
    )
    .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state) || (one.name < other.name ? -1 : 1));
  const ofNobody = open.filter(({ subject, severity }) => severity === 'page' && !arns.includes(subject));
  const episodes = [...ended, ...open].sort((one, other) => (one.openedAt < other.openedAt ? 1 : -1));
  return {
    from,
    at,
    ...(month !== undefined && { month }),
    verdict: overall({ resources, troubles, unsure, pipeline: ofNobody }),
    places,
    resources,
    open,
    episodes,
    recoveries: everything.recoveries
      .map((one) => ({
        ...one,
        name: one.subject === pipeline ? '' : (names.get(one.subject) ?? shortName(one.subject)),
      }))
      .sort((one, other) => (one.endedAt < other.endedAt ? 1 : -1)),
    untested: resources.flatMap(untestedOf),
    troubles,
    counts: countsOf(resources, episodes),
  };
}

function placeModel(
  place: Everything['places'][number],
  standing: StandingContent | undefined,
  at: string,
): PlaceModel {
  const ageSeconds = standing === undefined ? 0 : (Date.parse(at) - Date.parse(standing.at)) / 1000;
  const stale =
    standing === undefined
      ? 'there is no record of how everything stands'
      : ageSeconds > standingFreshSeconds
        ? `how everything stands was written last ${inWords(Math.floor(ageSeconds / 3600) * 3600)} ago`
        : undefined;
  return { ...place, part: standing?.part, standing, stale };
}

/** A day without a seal leaves nothing that would show that the end of a chain was cut off. */
function unsealed({ location, records, seals }: PlaceModel, from: string, at: string): string[] {
  const since = seals.lastWrittenAt ?? from;
  const isOld = records > 0 && Date.parse(at) - Date.parse(since) > standingFreshSeconds * 1000;
  return isOld ? [`${location}: the evidence has not been sealed since ${since}`] : [];
}

/** Places that the standings speak of and whose evidence was not there to read. */
function missingPlaces(places: readonly PlaceModel[]) {
  const read = new Set(places.map(({ location }) => location));
  const named = places.flatMap(({ standing, location }) =>
    standing === undefined ? [] : [...standing.copies, `${location.split('/')[0]}/${standing.home}`],
  );
  return [...new Set(named)]
    .filter((location) => !read.has(location))
    .sort()
    .map((of) => ({ of, words: 'its evidence was not there to read' }));
}

function openModel(episode: OpenEpisode, location: string): EpisodeModel {
  const { deliveries = [], ...rest } = episode;
  return { ...rest, name: episode.subject, location, deliveries };
}

function resourceModel(
  arn: string,
  known: {
    readonly rows: readonly { place: PlaceModel; standing: StandingContent; row: ResourceStanding }[];
    readonly gathered: Gathered | undefined;
    readonly episodes: readonly EpisodeModel[];
    readonly open: readonly EpisodeModel[];
    readonly places: readonly PlaceModel[];
    readonly at: string;
  },
): ResourceModel {
  const { gathered, episodes, open } = known;
  const rows = [...known.rows].sort((one, other) => rank(one.standing.part) - rank(other.standing.part));
  const first = rows[0];
  const places: ResourcePlace[] = rows.map(({ place, standing, row }) => ({
    location: place.location,
    part: standing.part,
    at: standing.at,
    locked: standing.vault.lock === 'not known' ? undefined : standing.vault.lock === 'locked',
    objectives: row.objectives,
  }));
  const rules = first === undefined ? undefined : first.standing.tiers[first.row.tier];
  const home = rows.find(({ standing }) => standing.part === 'home');
  const unknown = [
    ...(first === undefined ? ['no record says how it stands'] : []),
    ...(first !== undefined && home === undefined ? ['home says nothing of it: its evidence could not be read'] : []),
    ...rows.flatMap(({ place }) => (place.stale === undefined ? [] : [`${place.location}: ${place.stale}`])),
    ...(rules?.copies ?? []).flatMap(({ to }) =>
      rows.some(({ place }) => place.location === to) ? [] : [`${to} says nothing of it, and its copies go there`],
    ),
    ...known.places.flatMap(({ troubles }) =>
      troubles.flatMap(({ of, words }) =>
        of.endsWith(`/${slugOf(arn)}`) ? [`its evidence in ${of.split('/')[0]}: ${words}`] : [],
      ),
    ),
  ];
  const drills = worthKeeping(gathered?.kept ?? []);
  const drill = tellingDrill(drills, gathered?.proof);
  const rtoBoundSeconds =
    rows.flatMap(({ row }) => row.rtoBoundSeconds ?? [])[0] ?? gathered?.trend.at(-1)?.boundSeconds;
  const proofs = places.flatMap(({ objectives }) => objectives.filter(({ objective }) => objective === 'proof'));
  const proofHolds = proofs.some(({ is, instant }) => is === 'met' && instant !== undefined);
  const means = meansOf(places, known.at);
  const judged = judge({ places, unknown, drill, open, rtoBoundSeconds });
  const [, , , region = '', account = ''] = arn.split(':');
  return {
    arn,
    name: first?.row.name ?? shortName(arn),
    kind: first?.row.kind ?? 'unknown',
    tier: first?.row.tier ?? 'unknown',
    rules,
    ...judged,
    places,
    timeline: timelineOf(gathered, episodes),
    drills,
    drillCount: gathered?.drills.length ?? 0,
    proof: gathered?.proof,
    trend: [...(gathered?.trend ?? [])].sort((one, other) => one.at - other.at),
    rtoBoundSeconds,
    score: scoreOf({ means, places, drill, proofHolds }),
    survival: survivalOf({
      kind: first?.row.kind ?? '',
      means,
      account,
      homeRegion: region,
      proven: proofHolds && drill?.verdict === 'PASS',
      keepDays: rules?.backup?.keepDays,
      told: unknown.length === 0,
    }),
    open,
  };
}

function rank(part: 'home' | 'copy'): number {
  return part === 'home' ? 0 : 1;
}

function untestedOf(resource: ResourceModel): Untested[] {
  const { name, places, drills, rules } = resource;
  const [last] = drills;
  const untested: Untested[] = [];
  const say = (what: string, because: string) => untested.push({ name, what, because });
  if (rules?.drill === null) say('everything', 'its tier has no drill');
  else if (last === undefined) say('everything', 'no drill of it ended in this period');
  else {
    if (last.verdict === 'NOT_TESTED') say('the last drill', last.because.join('; '));
    for (const { name: check, verdict, because } of last.checks) {
      if (verdict === 'NOT_TESTED') say(check, because.join('; '));
    }
  }
  const drilled = new Set(
    places
      .filter(({ objectives }) => objectives.some(({ objective }) => objective === 'proof'))
      .map(({ location }) => location),
  );
  for (const { location, objectives } of places) {
    const holds = objectives.some(({ objective }) => objective === 'rpo' || objective === 'copy_rpo');
    if (drilled.size > 0 && holds && !drilled.has(location)) {
      say(
        `restoring from ${location.split('/').at(-1)}`,
        `drills are from ${[...drilled].map((one) => one.split('/').at(-1)).join(', ')}`,
      );
    }
  }
  return untested;
}

function countsOf(resources: readonly ResourceModel[], episodes: readonly EpisodeModel[]): Counts {
  const objectives = resources.flatMap(({ places }) => places.flatMap((place) => place.objectives));
  const drills: Record<DrillVerdict, number> = { PASS: 0, FAIL: 0, SUSPECT: 0, NOT_TESTED: 0 };
  const states = { ok: 0, waiting: 0, bad: 0, unknown: 0 };
  let [backups, copies] = [0, 0];
  for (const { timeline, state } of resources) {
    states[state] += 1;
    backups += timeline.backups.length;
    copies += timeline.copies.length;
    for (const { verdict } of timeline.drills) drills[verdict] += 1;
  }
  return {
    resources: states,
    objectives: { all: objectives.length, met: objectives.filter(({ is }) => is === 'met').length },
    backups,
    copies,
    drills,
    pages: episodes.filter(({ severity }) => severity === 'page').length,
    notices: episodes.filter(({ severity }) => severity === 'notice').length,
  };
}

/** The last part of an ARN, for what has no other name here. */
function shortName(arn: string): string {
  return arn.split(/[:/]/).at(-1) ?? arn;
}
