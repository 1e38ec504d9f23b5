// Judges what simulations asked of AWS by the policies that were deployed, and prints what came of it as JSON.
// node judge.ts FOLDER...: each folder holds what tap.ts kept of one run.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { courtOf, like, list, type Role } from './decide.ts';
import type { Tapped } from './tapped.ts';

export interface Judged {
  readonly runs: number;
  readonly calls: number;
  readonly requests: number;
  /** Roles that asked anything, by logical id, sorted. */
  readonly roles: readonly string[];
  readonly missing: readonly string[];
  /** Rights that no run used: `Role › Sid › action`, or `Role › Sid › resource`. */
  readonly unused: readonly string[];
}

const granted = new Set<string>();
const used = new Set<string>();
const missing = new Set<string>();
const asking = new Set<string>();
let calls = 0;
let requests = 0;
const files = process.argv.slice(2).flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
for (const file of files) {
  const tapped = JSON.parse(readFileSync(file, 'utf8')) as Tapped;
  const { roles, decide } = courtOf(tapped.stacks);
  for (const role of roles) for (const right of rightsOf(role)) granted.add(right.name);
  calls += tapped.calls;
  for (const asked of tapped.requests) {
    const role = roles.find(({ name }) => name === asked.role);
    if (role === undefined)
      throw new Error(`${asked.by} was called with ${asked.role}, which is no role of the stacks.`);
    requests += 1;
    asking.add(role.logicalId);
    const { allowed, because, by } = await decide(role, asked);
    if (!allowed) {
      missing.add(
        `${role.logicalId} may not ${asked.action} on ${asked.resource} (${because}), which ${asked.by} takes. Give it the right, with its because: docs/permissions.md says where.`,
      );
    }
    for (const right of rightsOf(role)) {
      if (!by.some(({ Sid }) => Sid === right.sid)) continue;
      if (
        right.action === undefined
          ? like(right.resource, asked.resource)
          : like(right.action.toLowerCase(), asked.action.toLowerCase())
      )
        used.add(right.name);
    }
  }
}
const judged: Judged = {
  runs: files.length,
  calls,
  requests,
  roles: [...asking].sort(),
  missing: [...missing].sort(),
  unused: [...granted].filter((name) => !used.has(name)).sort(),
};
process.stdout.write(JSON.stringify(judged));

/** Each action and each resource that a role's statements name, in words that are the same in every Region and run. */
function rightsOf({ logicalId, region, statements }: Role) {
  return statements.flatMap((statement) => {
    if (statement.Effect !== 'Allow') return [];
    const sid = statement.Sid ?? '';
    const name = (what: string) => `${logicalId} › ${sid} › ${what}`;
    const plain = (resource: string) =>
      resource
        .replaceAll(region, 'HERE')
        .replace(/\b[a-z]{2}-[a-z]+-\d\b/g, 'THERE')
        .replace(/\d{12}/g, 'ACCOUNT')
        .replace(/(subnet|sg|vpc)-[0-9a-f]{8,}/g, '$1-ID')
        .replace(/key\/[0-9a-f-]{36}/, 'key/ID');
    return [
      ...list(statement.Action).map((action) => ({ sid, action, resource: '', name: name(action) })),
      ...list(statement.Resource).map((resource) => ({
        sid,
        action: undefined,
        resource,
        name: name(plain(resource)),
      })),
    ];
  });
}
