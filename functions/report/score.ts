import { inWords } from '../policy/duration.ts';
import { endedInWords, type TellingDrill } from './judge.ts';
import { isPoint, type Means } from './means.ts';
import type { ResourcePlace, ScoreLine } from './model.ts';

/**
 * The rule of thumb 3-2-1-1-0: three copies of the data, on two kinds of storage, one of them elsewhere, one that cannot be
 * changed, and no error when it was restored.
 */
export function scoreOf(known: {
  readonly means: readonly Means[];
  readonly places: readonly ResourcePlace[];
  readonly drill: TellingDrill | undefined;
  readonly proofHolds: boolean;
}): ScoreLine[] {
  const { means, places, drill, proofHolds } = known;
  const points = means.filter(isPoint);
  const at = [...new Set(points.map(({ location }) => location))];
  const elsewhere = at.filter((location) => location !== places.find(({ part }) => part === 'home')?.location);
  const locks = places.filter(({ location }) => at.includes(location));
  const locked = locks.filter(({ locked: is }) => is === true).map(({ location }) => location);
  const lockUnknown = locked.length === 0 && locks.some(({ locked: is }) => is === undefined);
  return [
    {
      figure: '3',
      asks: 'three copies of the data',
      met: 1 + at.length >= 3,
      because: `production${at.map((location) => `, recovery points in ${location}`).join('')}: ${1 + at.length}`,
    },
    {
      figure: '2',
      asks: 'on two kinds of storage',
      met: at.length > 0,
      because: at.length > 0 ? "production's own storage and a backup vault" : "production's own storage alone",
    },
    {
      figure: '1',
      asks: 'one of them elsewhere',
      met: elsewhere.length > 0,
      because:
        elsewhere.length > 0 ? `recovery points in ${elsewhere.join(', ')}` : 'no recovery point is outside home',
    },
    {
      figure: '1 ',
      asks: 'one that nobody can change',
      met: locked.length > 0 ? true : lockUnknown ? undefined : false,
      because:
        locked.length > 0
          ? `the vault in ${locked.join(', ')} is locked`
          : lockUnknown
            ? 'whether a vault is locked is not known'
            : 'no vault is locked: its policy forbids deleting, and whoever may change the policy may delete',
    },
    {
      figure: '0',
      asks: 'no error when it was restored',
      met: drill === undefined ? undefined : drill.verdict === 'PASS' && proofHolds,
      because:
        drill === undefined
          ? 'it has not been restored in this period'
          : `${endedInWords(drill)}${drill.rtoSeconds === undefined ? '' : `, restored in ${inWords(Math.round(drill.rtoSeconds))}`}${proofHolds ? '' : '; no proof is within its bound'}`,
    },
  ];
}
