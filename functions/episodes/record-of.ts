import type { RecordDraft } from '../evidence/record.ts';
import type { EpisodeRow } from '../ledger/episode.ts';

/** The evidence of an episode that has ended. */
export function recordOf(episode: EpisodeRow): RecordDraft {
  const { subject, kind, severity, openedAt, seen, because, escalatedAt, silenced, storm, deliveries } = episode;
  const resolvedAt = episode.resolvedAt ?? openedAt;
  return {
    id: `episode/${kind}/${openedAt}`,
    resource: subject,
    content: {
      what: 'episode',
      kind,
      severity,
      openedAt,
      resolvedAt,
      lastedSeconds: Math.max(0, Math.round((Date.parse(resolvedAt) - Date.parse(openedAt)) / 1000)),
      seen,
      because,
      resolvedBecause: episode.resolvedBecause ?? 'it is no longer so',
      ...(escalatedAt !== undefined && { escalatedAt }),
      ...(silenced !== undefined && { silenced }),
      ...(storm !== undefined && { toldBy: storm }),
      ...(deliveries !== undefined && { deliveries }),
    },
  };
}
