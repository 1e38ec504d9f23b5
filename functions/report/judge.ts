import { headlineOf } from '../alert/headlines.ts';
import { isOlder } from '../objectives/age.ts';
import { inWords } from '../policy/duration.ts';
import type { DrillModel, EpisodeModel, Overall, ResourceModel, ResourcePlace, State } from './model.ts';
import type { Trouble } from './read.ts';

/** The drill that tells how a resource stands. */
export interface TellingDrill extends DrillModel {
  /** It did not pass, and what passed since was of older data. */
  readonly onlyOlderPassed: boolean;
}

/**
 * The last drill, or one before it that did not pass, and that no drill of data as new has passed since. `drills` has the
 * newest first; `proof` is of the newest data that ever passed.
 */
export function tellingDrill(drills: readonly DrillModel[], proof: DrillModel | undefined): TellingDrill | undefined {
  const passed = [...drills, ...(proof === undefined ? [] : [proof])].filter(({ verdict }) => verdict === 'PASS');
  const isOver = (failed: DrillModel) =>
    passed.some(({ endedAt, instant }) => endedAt > failed.endedAt && !isOlder(instant, failed.instant));
  const telling = drills.find((one) => one.verdict !== 'PASS' && !isOver(one)) ?? drills[0];
  return telling === undefined ? undefined : { ...telling, onlyOlderPassed: telling.id !== drills[0]?.id };
}

export function endedInWords({ verdict, onlyOlderPassed }: TellingDrill): string {
  return onlyOlderPassed
    ? `the drill of the newest data ended ${verdict}, and only older data has passed since`
    : `the last drill ended ${verdict}`;
}

/** What is known of one resource when it is judged. */
export interface Known {
  readonly places: readonly ResourcePlace[];
  /** Why nothing can be said, if so: no standing, an old one, evidence that could not be read. */
  readonly unknown: readonly string[];
  readonly drill: TellingDrill | undefined;
  readonly open: readonly EpisodeModel[];
  readonly rtoBoundSeconds: number | undefined;
}

/** Whether a resource is recoverable as promised, with every reason why not. What is worse hides nothing of the rest. */
export function judge({ places, unknown, drill, open, rtoBoundSeconds }: Known): {
  readonly state: State;
  readonly because: readonly string[];
} {
  const objectives = places.flatMap(({ objectives, location }) => objectives.map((one) => ({ ...one, location })));
  const at = (location: string) => location.split('/').at(-1);
  const bad = [
    ...objectives.flatMap(({ is, objective, location, because }) =>
      is === 'broken' ? [`${objective} in ${at(location)}: ${because}`] : [],
    ),
    ...(drill !== undefined && drill.verdict !== 'PASS' ? [`${endedInWords(drill)}: ${drill.because.join('; ')}`] : []),
    ...(drill?.rtoSeconds !== undefined && rtoBoundSeconds !== undefined && drill.rtoSeconds > rtoBoundSeconds
      ? [`restoring took ${inWords(Math.round(drill.rtoSeconds))}, and ${inWords(rtoBoundSeconds)} are allowed`]
      : []),
    ...open.flatMap(({ severity, kind, because }) =>
      severity === 'page' && !objectives.some(({ objective, is }) => objective === kind && is === 'broken')
        ? [`${headlineOf(kind)}: ${because}`]
        : [],
    ),
  ];
  const untold = objectives.flatMap(({ is, objective, location, because }) =>
    is === 'not told' ? [`${objective} in ${at(location)}: ${because}`] : [],
  );
  const proofs = objectives.filter(({ objective }) => objective === 'proof');
  const waiting = [
    ...(objectives.length === 0 ? ['the policy asks for nothing of it'] : []),
    ...(proofs.length === 0 ? ['the policy asks for no proof: no drill restores it'] : []),
    ...proofs.flatMap(({ instant, deadline }) =>
      instant === undefined ? [`nothing is proven yet; the first proof is due by ${deadline}`] : [],
    ),
    ...objectives.flatMap(({ objective, instant, is, location, deadline }) =>
      objective !== 'proof' && instant === undefined && is === 'met'
        ? [`${objective} in ${at(location)}: there is nothing yet; it is due by ${deadline}`]
        : [],
    ),
  ];
  const because = [...bad, ...unknown, ...untold, ...waiting];
  if (bad.length > 0) return { state: 'bad', because };
  if (unknown.length + untold.length > 0) return { state: 'unknown', because };
  if (waiting.length > 0) return { state: 'waiting', because };
  return { state: 'ok', because: ['proven within its bound, and every objective holds'] };
}

export const order: readonly State[] = ['bad', 'unknown', 'waiting', 'ok'];

/** What the page says first. Only what was read, is fresh and holds makes it green. */
export function overall(known: {
  readonly resources: readonly Pick<ResourceModel, 'state' | 'name'>[];
  readonly troubles: readonly Trouble[];
  /** Standings that are missing, old, or do not know what they should expect. */
  readonly unsure: readonly string[];
  /** Open pages of no resource: of Lifeboat itself. */
  readonly pipeline: readonly EpisodeModel[];
}): Overall {
  const { resources, troubles, unsure, pipeline } = known;
  const count = (state: State) => resources.filter((one) => one.state === state).length;
  const [all, bad, waiting, unknown] = [resources.length, count('bad'), count('waiting'), count('unknown')];
  const because = [
    ...(troubles.length > 0
      ? [`${troubles.length} part${troubles.length === 1 ? '' : 's'} of the evidence could not be read or do not hold`]
      : []),
    ...unsure,
    ...pipeline.map(
      ({ kind, because: words, location }) => `${headlineOf(kind)} in ${location.split('/').at(-1)}: ${words}`,
    ),
  ];
  if (bad > 0) {
    const says = `${bad} of ${all} ${bad === 1 ? 'is' : 'are'} not recoverable as promised.`;
    return { state: 'bad', says, because };
  }
  if (all === 0)
    return { state: 'unknown', says: 'The evidence names no resource: nothing is known to be protected.', because };
  if (troubles.length > 0) return { state: 'unknown', says: 'Part of the evidence could not be read.', because };
  if (unknown > 0 || unsure.length > 0) {
    const says =
      unknown > 0 ? `Of ${unknown} of ${all} nobody can tell.` : 'The evidence does not say how it stands everywhere.';
    return { state: 'unknown', says, because };
  }
  if (pipeline.length > 0)
    return { state: 'bad', says: 'Every resource is recoverable, and Lifeboat itself is in trouble.', because };
  if (waiting > 0) {
    return {
      state: 'waiting',
      says: `${waiting} of ${all} ${waiting === 1 ? 'has' : 'have'} not been proven.`,
      because,
    };
  }
  return { state: 'ok', says: 'Everything is recoverable.', because };
}
