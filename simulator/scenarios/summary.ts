import type { Finding } from '../checkers/checker.ts';
import type { ResourceSpec } from './account-file.ts';
import type { WrittenRecord } from './evidence.ts';
import type { PagedEpisode } from './expectations.ts';
import type { Scene } from './run.ts';
import { minutes, when } from './story.ts';

/** One objective of one resource at the end: how old what counts is, and how old it may be. */
export interface Standing {
  readonly resource: string;
  readonly location: string;
  readonly objective: string;
  /** The data instant that counts, ISO 8601; absent when there is none. */
  readonly instant?: string;
  readonly ageSeconds?: number;
  readonly boundSeconds: number;
  readonly holds: boolean;
}

export interface Summary {
  readonly seed: string;
  readonly from: string;
  readonly to: string;
  readonly resources: readonly {
    readonly name: string;
    readonly arn: string;
    readonly tier: string;
    readonly points: Readonly<Record<string, number>>;
    readonly drills: Readonly<Record<string, number>>;
  }[];
  readonly standings: readonly Standing[];
  readonly pages: readonly (Omit<PagedEpisode, 'opened' | 'resolved'> & {
    opened: string;
    resolved: string | null;
    because: string;
  })[];
  readonly differences: readonly string[];
  readonly findings: readonly Finding[];
  readonly ok: boolean;
}

/** What a tier asks for, as far as the summary and the checkers need it; read from policy.json, not from the product. */
export interface PolicyExcerpt {
  readonly home: string;
  readonly tiers: Readonly<
    Record<
      string,
      {
        readonly backup?: { readonly keepDays: number; readonly everySeconds: number } | null;
        readonly copies: readonly {
          readonly to: { readonly region: string; readonly account: string | null };
          readonly keepDays?: number | null;
        }[];
        readonly drill: { readonly from: 'home' | { readonly region: string }; readonly everySeconds: number } | null;
        readonly objectives: Readonly<Partial<Record<string, number>>>;
        readonly mayBeEmpty?: boolean;
      }
    >
  >;
}

/** One bound for each resource, location and objective that the policy holds it to. */
export function boundsOf(policy: PolicyExcerpt, resources: ReadonlyMap<string, Pick<ResourceSpec, 'tags'>>) {
  return [...resources].flatMap(([resource, spec]) => {
    const tier = policy.tiers[spec.tags['lifeboat:tier'] ?? ''];
    if (tier === undefined) return [];
    const copies = tier.copies.map(({ to }) => to.region);
    const drilled = tier.drill === null ? [] : [tier.drill.from === 'home' ? policy.home : tier.drill.from.region];
    const bound = (objective: 'rpo' | 'copy_rpo' | 'proof', regions: readonly string[]) => {
      const boundSeconds = tier.objectives[objective];
      return boundSeconds === undefined ? [] : regions.map((region) => ({ resource, region, objective, boundSeconds }));
    };
    return [...bound('rpo', [policy.home]), ...bound('copy_rpo', copies), ...bound('proof', drilled)];
  });
}

/** How every objective stands at the end, from the recovery points and the drills that passed. */
export function standingsOf(
  scene: Scene,
  bounds: ReturnType<typeof boundsOf>,
  records: readonly WrittenRecord[],
): Standing[] {
  return bounds.map(({ resource, region, objective, boundSeconds }) => {
    const instants =
      objective === 'proof'
        ? records
            .filter(
              (record) =>
                record.resource === resource && record.region === region && record.content.verdict?.is === 'PASS',
            )
            .flatMap(({ content }) =>
              (content.points ?? []).flatMap(({ as, instant }) =>
                as === 'drilled' && instant ? [Date.parse(instant)] : [],
              ),
            )
        : scene.account
            .region(region)
            .services.Backup.truth()
            .points.filter((point) => point.resourceArn === resource && point.status === 'COMPLETED')
            .map(({ knownInstant }) => knownInstant);
    const base = {
      resource: scene.resources.get(resource)?.name ?? resource,
      location: region,
      objective,
      boundSeconds,
    };
    if (instants.length === 0) return { ...base, holds: false };
    const newest = Math.max(...instants);
    const ageSeconds = Math.round((scene.endedAt - newest) / 1000);
    return { ...base, instant: new Date(newest).toISOString(), ageSeconds, holds: ageSeconds <= boundSeconds };
  });
}

/** The end of the story, for a person. */
export function summaryLines(summary: Summary, kept: boolean): string[] {
  const { resources, standings, pages, differences, findings } = summary;
  const lines: string[] = ['', `At the end, ${when(summary.to)} UTC:`, ''];
  const width = Math.max(...resources.map(({ name }) => name.length));
  for (const { name, tier, points, drills } of resources) {
    const where = Object.entries(points)
      .map(([region, count]) => `${count} in ${region}`)
      .join(', ');
    const tested = Object.entries(drills)
      .map(([verdict, count]) => `${count} ${verdict}`)
      .join(', ');
    lines.push(`  ${name.padEnd(width)}  ${tier}  recovery points: ${where}; drills: ${tested || 'none'}`);
    for (const one of standings.filter(({ resource }) => resource === name)) {
      const age = one.ageSeconds === undefined ? 'nothing yet' : `${minutes(one.ageSeconds)} old`;
      lines.push(
        `  ${''.padEnd(width)}    ${one.objective.padEnd(8)} ${one.location.padEnd(13)} ${age.padEnd(14)} of at most ${minutes(one.boundSeconds)}  ${one.holds ? 'holds' : 'BROKEN'}`,
      );
    }
  }
  lines.push('', `Pages: ${pages.length}`);
  for (const page of pages) {
    const until = page.resolved === null ? 'still open' : `resolved ${when(page.resolved)}`;
    lines.push(
      `  ${when(page.opened)}  ${page.kind} of ${page.resource} in ${page.location}, ${until}`,
      `    ${page.because}`,
    );
  }
  lines.push('', 'Invariants:');
  for (const { invariant, examined, violations } of findings) {
    const looked = Object.entries(examined)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
    lines.push(`  ${violations.length === 0 ? 'held  ' : 'BROKEN'}  ${invariant} (examined: ${looked})`);
    for (const violation of violations) lines.push(`          ${violation}`);
  }
  if (differences.length > 0) {
    lines.push('', 'The run is not what its scenario expects:');
    for (const difference of differences) lines.push(`  ${difference}`);
  }
  lines.push(
    '',
    kept
      ? 'Evidence, messages, the summary and report.html are in the directory that --out names.'
      : 'Evidence was written in the simulated account only; keep it with --out DIR.',
  );
  lines.push(summary.ok ? 'The run went as expected.' : 'The run did NOT go as expected.');
  return lines;
}

/** The tiers that may have nobody. */
export function tiersThatMayBeEmpty({ tiers }: PolicyExcerpt): ReadonlySet<string> {
  return new Set(Object.keys(tiers).filter((name) => tiers[name]?.mayBeEmpty === true));
}
