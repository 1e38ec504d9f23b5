import { headlineOf } from '../alert/words.ts';
import { inWords } from '../policy/duration.ts';
import type { DrillModel, EpisodeModel, Overall, ResourceModel, ResourcePlace, State } from './model.ts';
import type { Trouble } from './read.ts';

/** What is known of one resource when it is judged. */
export interface Known {
  readonly places: readonly ResourcePlace[];
  /** Why nothing can be said, if so: no standing, an old one, evidence that could not be read. */
  readonly unknown: readonly string[];
  readonly lastDrill: DrillModel | undefined;
  readonly open: readonly EpisodeModel[];
  readonly rtoBoundSeconds: number | undefined;
}

/** Whether a resource is recoverable as promised, with every reason why not. What is worse hides nothing of the rest. */
export function judge({ places, unknown, lastDrill, open, rtoBoundSeconds }: Known): {
  readonly state: State;
  readonly because: readonly string[];
} {
  const objectives = places.flatMap(({ objectives, location }) => objectives.map((one) => ({ ...one, location })));
  const at = (location: string) => location.split('/').at(-1);
  const bad = [
    ...objectives.flatMap(({ is, objective, location, because }) =>
      is === 'broken' ? [`${objective} in ${at(location)}: ${because}`] : [],
    ),
    ...(lastDrill !== undefined && lastDrill.verdict !== 'PASS'
      ? [`the last drill ended ${lastDrill.verdict}: ${lastDrill.because.join('; ')}`]
      : []),
    ...(lastDrill?.rtoSeconds !== undefined && rtoBoundSeconds !== undefined && lastDrill.rtoSeconds > rtoBoundSeconds
      ? [`restoring took ${inWords(Math.round(lastDrill.rtoSeconds))}, and ${inWords(rtoBoundSeconds)} are allowed`]
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
