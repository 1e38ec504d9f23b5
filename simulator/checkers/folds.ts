import { hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Told } from './compare.ts';
import type { Page } from './page.ts';

interface Fold {
  readonly storm: string;
  readonly from: number;
  until: number | undefined;
}

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

/**
 * Which objectives were told together with others, by one page of the pipeline. The ledger says which page tells of an
 * objective; that SNS accepted such a page is checked here, and that the objective was broken by whoever asks.
 */
export function foldsIntoStorms() {
  const folds = new Map<string, Fold[]>();

  return {
    see: (entry: TraceEntry): void => {
      if (entry.kind !== 'call' || entry.operation !== 'PutItem' || !hadEffect(entry)) return;
      const { Item: item } = entry.input as { Item?: Attributes };
      const [resource, objective] = [item?.resource?.S, item?.objective?.S];
      if (item?.sk?.S?.startsWith('DEADLINE#') !== true || resource === undefined || objective === undefined) return;
      const key = `${entry.region} ${resource} ${objective}`;
      const mine = folds.get(key) ?? [];
      folds.set(key, mine);
      const last = mine.at(-1);
      const at = Date.parse(entry.at);
      const storm = item.storm?.S;
      if (last?.until === undefined && last?.storm === storm) return;
      if (last !== undefined) last.until ??= at;
      if (storm !== undefined) mine.push({ storm, from: at, until: undefined });
    },

    /** The episodes in which an objective was told together with others. A fold without a page told nobody. */
    of: (
      { region, resource, objective }: { region: string; resource: string; objective: string },
      pages: readonly Page[],
    ): Told[] =>
      (folds.get(`${region} ${resource} ${objective}`) ?? []).flatMap(
        ({ storm, from, until = Number.POSITIVE_INFINITY }) => {
          const endOf = ({ openedAt }: Page) =>
            pages.find((page) => page.phase === 'resolved' && page.openedAt === openedAt && page.kind === storm)?.at;
          // There may have been others of the kind before.
          const opened = pages.find(
            (page) =>
              page.region === region &&
              page.kind === storm &&
              page.phase === 'opened' &&
              page.at < until &&
              (endOf(page) ?? Number.POSITIVE_INFINITY) > from,
          );
          if (opened === undefined) return [];
          const resolvedAt = Math.min(until, endOf(opened) ?? Number.POSITIVE_INFINITY);
          return [
            {
              openedAt: from,
              pagedAt: Math.max(from, opened.at),
              resolvedAt: Number.isFinite(resolvedAt) ? resolvedAt : undefined,
              together: true,
            },
          ];
        },
      ),
  };
}
