import { type Ran, run } from '../session/played.ts';

export type { Ran } from '../session/played.ts';

/** Runs `npm start` as a user does. */
export function start(...options: readonly string[]): Promise<Ran> {
  return run(['cli/start.ts', ...options]);
}

/** What `--json` prints, as far as tests read it. */
export interface PrintedSummary {
  readonly ok: boolean;
  readonly resources: readonly { readonly name: string; readonly drills: Readonly<Record<string, number>> }[];
  readonly pages: readonly {
    readonly resource: string;
    readonly location: string;
    readonly kind: string;
    readonly because: string;
  }[];
  readonly differences: readonly string[];
  readonly findings: readonly {
    readonly invariant: string;
    readonly examined: Readonly<Record<string, number>>;
    readonly violations: readonly string[];
  }[];
}
