import type { Kind } from '../policy/kind.ts';

/** What a resource's ARN says about it. */
export interface ResourceName {
  readonly kind: Kind;
  readonly account: string;
  readonly region: string;
  /** `fs-…`, a database's or a cluster's identifier. */
  readonly id: string;
}

const patterns: readonly { readonly kind: Kind; readonly pattern: RegExp }[] = [
  { kind: 'efs', pattern: /^arn:[\w-]+:elasticfilesystem:([\w-]+):(\d{12}):file-system\/(fs-[0-9a-f]+)$/ },
  { kind: 'rds', pattern: /^arn:[\w-]+:rds:([\w-]+):(\d{12}):db:([a-zA-Z][a-zA-Z0-9-]*)$/ },
  { kind: 'aurora', pattern: /^arn:[\w-]+:rds:([\w-]+):(\d{12}):cluster:([a-zA-Z][a-zA-Z0-9-]*)$/ },
];

/** Reads an ARN; undefined when it names no kind of resource that Lifeboat protects. */
export function readArn(arn: string): ResourceName | undefined {
  for (const { kind, pattern } of patterns) {
    const [, region, account, id] = pattern.exec(arn) ?? [];
    if (region !== undefined && account !== undefined && id !== undefined) return { kind, account, region, id };
  }
  return undefined;
}
