import type { Relief, Trouble } from '../episodes/episodes.ts';
import type { AttemptContent, EvidenceRecord } from '../evidence/record.ts';
import { type EpisodeFacts, type EpisodeKind, pipeline } from '../ledger/episode.ts';
import { isOlder } from '../objectives/age.ts';
import { inWords } from '../policy/duration.ts';
import { troubleIn } from './cause.ts';

export type Effect = ({ readonly do: 'open' } & Trouble) | ({ readonly do: 'resolve' } & Relief);

/** What a closed attempt means for the episodes of its resource. */
export function effectsOf(
  attempt: { readonly id: string; readonly resource: string; readonly content: AttemptContent },
  context: {
    readonly input: Readonly<Record<string, unknown>>;
    /** The records that were written since the attempt began. */
    readonly meanwhile: readonly EvidenceRecord[];
    /** Nothing is expected of its resource any more; scratch that it left still counts. */
    readonly retired: boolean;
  },
): Effect[] {
  const { content } = attempt;
  if (isSlipOfAPerson(content, context.input)) return [];
  const effects = effectsBy[content.workflow](attempt, context);
  // Closed late, after a newer run went well: what is over is in the evidence, and nobody is called for it. A drill of older
  // data says nothing of the newer.
  const isOver = context.meanwhile.some(
    ({ content: other }) =>
      other.what === 'attempt' &&
      other.workflow === content.workflow &&
      other.fleet === content.fleet &&
      other.endedAt > content.endedAt &&
      !isOlder(drilledInstant(other), drilledInstant(content)) &&
      (other.verdict.is === 'PASS' || other.verdict.is === 'PROTECTED' || other.verdict.is === 'DONE'),
  );
  return isOver || context.retired
    ? effects.filter((effect) => effect.do === 'resolve' || effect.kind === 'tear-down')
    : effects;
}

/**
 * Somebody's input was refused before anything was looked at. Whoever typed it reads why in the console; nothing is broken,
 * and nobody is called. What a schedule began always names its instant: there a refusal is trouble.
 */
function isSlipOfAPerson(content: AttemptContent, input: Readonly<Record<string, unknown>>): boolean {
  return content.error === 'InputRejected' && content.tier === undefined && input.scheduledAt === undefined;
}

type EffectsOf = (...given: Parameters<typeof effectsOf>) => Effect[];

const effectsBy: Readonly<Record<AttemptContent['workflow'], EffectsOf>> = {
  drill: (attempt, { input, meanwhile }) => {
    const { content, resource, id } = attempt;
    const { verdict, endedAt, scratch, rto } = content;
    const trouble = troubleOf(attempt);
    const instant = drilledInstant(content);
    const effects: Effect[] = [];
    if (verdict.is === 'PASS') {
      const because = 'a drill has passed';
      // Whoever names no point gets the newest that can be restored: then none that is newer is left to be bad. A redrive
      // keeps the point that was the newest once.
      const isNewest =
        content.redriveCount === 0 &&
        input.point === undefined &&
        input.instant === undefined &&
        !meanwhile.some(
          ({ content: other }) =>
            other.what === 'attempt' && other.endedAt > content.openedAt && isOlder(instant, drilledInstant(other)),
        );
      // A drill that found nothing to drill stands against the pipeline: it is over once any drill passes.
      for (const subject of [resource, pipeline]) {
        effects.push({
          do: 'resolve',
          subject,
          kind: 'drill',
          because,
          at: endedAt,
          ...(instant !== undefined && !isNewest && { instant }),
        });
      }
    } else {
      const said = verdict.is === 'FAIL' || verdict.is === 'SUSPECT' ? `: ${verdict.is}` : ', so nothing is proven';
      const words = `the drill did not pass${said}. ${verdict.because.join('; ')}`;
      // One that failed before it had chosen a point has no instant: any that passes ends it.
      effects.push(trouble('drill', 'page', words, instant === undefined ? {} : { unproven: instant }));
    }
    if (scratch === 'not gone') {
      effects.push(trouble('tear-down', 'page', `restored data may still be in scratch after drill ${id}`));
    }
    if (rto?.boundSeconds !== undefined) {
      const { seconds, boundSeconds } = rto;
      const measured = `the restore took ${inWords(seconds)}, and ${inWords(boundSeconds)} are allowed${trendInWords(rto.before)}`;
      effects.push(
        seconds > boundSeconds
          ? trouble('rto', 'page', measured, { ageSeconds: Math.round(seconds), boundSeconds })
          : { do: 'resolve', subject: resource, kind: 'rto', because: measured, at: endedAt },
      );
    }
    return effects;
  },
  protect: (attempt) => {
    const { content, resource } = attempt;
    const { is, because } = content.verdict;
    if (is === 'NOT_PROTECTED') return [troubleOf(attempt)('protect', 'notice', because.join('; '))];
    // One that left its work to another run says nothing about that other run.
    if (is === 'COALESCED') return [];
    const words = 'a backup run has succeeded';
    return [resource, pipeline].map((subject) => ({
      do: 'resolve',
      subject,
      kind: 'protect',
      because: words,
      at: content.endedAt,
    }));
  },
  fleet: (attempt) => {
    const { content } = attempt;
    const kind: EpisodeKind = `fleet:${content.fleet}`;
    const { is, because } = content.verdict;
    if (is !== 'DONE') return [{ ...troubleOf(attempt)(kind, 'notice', because.join('; ')), subject: pipeline }];
    return [{ do: 'resolve', subject: pipeline, kind, because: because.join('; '), at: content.endedAt }];
  },
  recover: (attempt) => {
    const { content, resource } = attempt;
    const { verdict, restored, endedAt } = content;
    // A list of what could be recovered, or a refusal: nothing was created, and whoever asked has the answer.
    if (restored?.name === undefined) return [];
    if (verdict.is !== 'DONE') return [troubleOf(attempt)('recover', 'notice', verdict.because.join('; '))];
    const because = `it was recovered as ${restored.name}`;
    return [{ do: 'resolve', subject: resource, kind: 'recover', because, at: endedAt }];
  },
};

function troubleOf({ id, resource, content }: Parameters<typeof effectsOf>[0]) {
  return (kind: EpisodeKind, severity: Trouble['severity'], because: string, more: EpisodeFacts = {}): Effect => {
    const point = content.points.find(({ as }) => as === 'drilled' || as === 'recovered')?.arn;
    const of = kind === 'tear-down' ? 'scratch' : 'work';
    const cause = content.cause === undefined ? undefined : troubleIn(content.cause, of);
    const facts: EpisodeFacts = {
      ...(content.tier !== undefined && { tier: content.tier }),
      ...(cause !== undefined && { cause }),
      ...(point !== undefined && { recoveryPoint: point }),
      execution: content.execution,
      ...more,
    };
    return { do: 'open', subject: resource, kind, severity, because, facts, at: content.endedAt, occasion: id };
  };
}

/** The data instant of the point that a drill restored; absent when it came to none. */
function drilledInstant({ points }: AttemptContent): string | undefined {
  return points.find(({ as }) => as === 'drilled')?.instant;
}

/** Whether it was so before, for whoever has to decide what to do about it. */
function trendInWords(before: readonly number[] = []): string {
  if (before.length === 0) return '';
  const drills =
    before.length === 1 ? 'the drill before took' : `the ${before.length} drills before took, the newest first,`;
  return `; ${drills} ${before.map(inWords).join(', ')}`;
}
