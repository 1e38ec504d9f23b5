import type { Reading } from './duration.ts';

/** Reads a share as people say it: `20%`, `12.5 %`. The value is a fraction: 0.2 for 20%. */
export function parsePercent(written: unknown): Reading<number> {
  if (typeof written === 'number') {
    return {
      ok: false,
      problem: `${written} is not a percentage`,
      mend: `write it with its sign, such as ${written}%`,
    };
  }
  const amount = typeof written === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(written)?.[1] : undefined;
  if (amount === undefined) {
    const what = typeof written === 'string' ? `'${written}' is not a percentage` : 'is not a percentage';
    return { ok: false, problem: what, mend: 'write a number and a percent sign, such as 20%' };
  }
  return { ok: true, value: Number(amount) / 100 };
}

/** Says a fraction as a percentage with at most two decimals: `20%` for 0.2. */
export function inPercent(fraction: number): string {
  return `${Math.round(fraction * 10_000) / 100}%`;
}
