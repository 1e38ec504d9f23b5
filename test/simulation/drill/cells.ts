import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordOf, type WrittenRecord } from '../../../simulator/scenarios/evidence.ts';
import { type Message, messageOf } from '../../../simulator/scenarios/messages.ts';
import type { Region } from '../../../simulator/world/region.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { type Arranged, arrange } from './faults.ts';
import { drillOf, registered, type Stage, scratchOf } from './stage.ts';
import type { Column, Row } from './table.ts';

/** What came of one cell of the table. */
export interface CellResult {
  readonly column: Column;
  readonly row: string;
  /** The verdict of the healthy point before it, where the row compares. */
  readonly before: string | null;
  /** All records of the drill: there has to be one. */
  readonly records: readonly {
    readonly outcome: string | undefined;
    readonly error: string | undefined;
    readonly verdict: string | undefined;
    readonly because: readonly string[];
    readonly checks: Readonly<Record<string, string>>;
    readonly scratch: string | undefined;
    readonly seconds: number;
  }[];
  readonly pages: readonly { readonly kind: string; readonly phase: string; readonly because: string }[];
  readonly scratchAtEnd: readonly string[];
  readonly scratchAfter: readonly string[];
  readonly registeredAfter: readonly string[];
  readonly proven: boolean;
  /** How often the row's fault struck: one that never did proves nothing. */
  readonly struck: number;
}

interface Cell {
  readonly row: Row;
  readonly column: Column;
  readonly name: string;
  resource: string;
  before: string | null;
  execution: string;
  scratchAtEnd: readonly string[] | undefined;
}

const countries = Array.from({ length: 8 }, (_, n) => `('C${n}', 'Country ${n}')`).join(', ');
const shop = `
create table customers (id serial primary key, name text not null);
create table orders (id serial primary key, customer_id int not null references customers, placed_at timestamptz not null, note text);
create index orders_by_customer on orders (customer_id);
create table countries (code text primary key, name text not null);
create table payments (id serial primary key, order_id int not null, cents int not null);
insert into customers (name) select 'customer ' || n from generate_series(1, 60) n;
insert into orders (customer_id, placed_at, note)
  select 1 + n % 60, timestamptz '2026-03-02 00:00:00Z' + n * interval '1 minute', repeat('note of an order ', 5) from generate_series(1, 400) n;
insert into countries values ${countries};
insert into payments (order_id, cents) select n, n * 100 from generate_series(1, 100) n;
vacuum analyze;
`;

/** Plays all these cells at once, in one account. */
export function playTable(wanted: readonly { readonly row: Row; readonly column: Column }[]): {
  resources(home: Region, directory: string): Promise<void>;
  listen(entry: TraceEntry): void;
  play(stage: Stage): Promise<CellResult[]>;
} {
  const all = wanted.map(
    ({ row, column }, index): Cell => ({
      row,
      column,
      name: `${column.split(' ')[0]}-${index}`,
      resource: '',
      before: null,
      execution: '',
      scratchAtEnd: undefined,
    }),
  );
  const records: (WrittenRecord & { readonly execution: string })[] = [];
  const messages: Message[] = [];
  let stageOf: Stage | undefined;

  return {
    resources: async (home, directory) => {
      for (const cell of all) {
        const { name } = cell;
        const tags = { 'lifeboat:tier': 'table', 'lifeboat:checks': cell.column === 'efs' ? 'share' : 'shop' };
        if (cell.column === 'efs') {
          const made = await home.services.EFS.addFileSystem({ name, directory: treeIn(join(directory, name)), tags });
          cell.resource = made.arn;
        } else {
          const { RDS } = home.services;
          const add = cell.column === 'rds postgres' ? RDS.addDatabase : RDS.addCluster;
          const sql = [{ name: 'shop.sql', text: shop }];
          cell.resource = (await add({ identifier: name, databaseName: 'shop', sql, tags })).arn;
        }
      }
    },
    listen: (entry) => {
      const record = recordOf(entry);
      if (record !== undefined) records.push(record as WrittenRecord & { execution: string });
      const message = messageOf(entry);
      if (message !== undefined) messages.push(message);
      const ended = endedExecution(entry);
      const cell = all.find(({ execution }) => execution !== '' && execution === ended);
      if (cell !== undefined && stageOf !== undefined) {
        cell.scratchAtEnd ??= scratchOf(stageOf.copy, drillOf(cell.execution));
      }
    },
    play: async (stage) => {
      stageOf = stage;
      const recordsOf = (execution: string) =>
        records.filter(({ content }) => (content as { execution?: string }).execution === execution);
      const everyRecord = (executions: readonly string[]) => () =>
        executions.every((execution) => recordsOf(execution).length > 0);

      await stage.protect(
        all.map(({ resource }) => resource),
        'first',
        1,
      );
      const comparing = all.filter(({ row }) => row.compares);
      const healthy = new Map<Cell, string>();
      for (const cell of comparing) {
        const input = { resource: cell.resource, point: stage.newest(cell.resource).arn };
        healthy.set(cell, await stage.start(stage.copy, 'drill', `healthy-${cell.name}`, input));
      }
      await stage.until('every healthy point is judged', 8, everyRecord([...healthy.values()]));
      for (const [cell, execution] of healthy) cell.before = recordsOf(execution)[0]?.content.verdict?.is ?? null;

      for (const cell of comparing) await inProduction(stage, cell);
      await stage.protect(
        comparing.map(({ resource }) => resource),
        'second',
        2,
      );

      const arranged = new Map<Cell, Arranged>();
      for (const cell of all) {
        const { arn: point, versionId } = stage.newest(cell.resource);
        const execution = `arn:aws:states:${stage.copy.name}:${stage.account.id}:execution:lifeboat-drill:row-${cell.name}`;
        arranged.set(cell, await arrange(stage, { ...cell, execution, versionId }));
        const input = { resource: cell.resource, point };
        cell.execution = execution;
        await stage.start(stage.copy, 'drill', `row-${cell.name}`, input);
      }
      await stage.until('every row is judged', 30, everyRecord(all.map(({ execution }) => execution)));
      for (const one of arranged.values()) one.letGo();
      await stage.run(5 * 3_600_000);

      return all.map((cell): CellResult => {
        const drill = drillOf(cell.execution);
        return {
          column: cell.column,
          row: cell.row.name,
          before: cell.before,
          records: recordsOf(cell.execution).map(({ content }) => {
            const { error, scratch } = content as { error?: string; scratch?: string };
            return {
              outcome: content.outcome,
              error,
              verdict: content.verdict?.is,
              because: content.verdict?.because ?? [],
              checks: Object.fromEntries((content.checks ?? []).map(({ name, verdict }) => [name, verdict])),
              scratch,
              seconds: Math.round((Date.parse(content.endedAt ?? '') - Date.parse(content.openedAt)) / 1000),
            };
          }),
          pages: messages
            .filter(
              ({ severity, subject, phase }) =>
                severity === 'page' && subject === cell.resource && phase !== 'escalated',
            )
            .map(({ kind, phase, because }) => ({ kind, phase, because })),
          scratchAtEnd: cell.scratchAtEnd ?? ['nobody saw the end'],
          scratchAfter: scratchOf(stage.copy, drill),
          registeredAfter: registered(stage.copy, drill),
          proven: provenBy(stage.copy, cell.execution),
          struck: arranged.get(cell)?.struck() ?? 0,
        };
      });
    },
  };
}

function treeIn(directory: string): string {
  mkdirSync(join(directory, 'notes'), { recursive: true });
  for (let n = 0; n < 40; n += 1) writeFileSync(join(directory, `notes/note-${n}.txt`), `note ${n}\n`.repeat(20 + n));
  // Holds most of the bytes, so that the loss of notes is no fall of bytes.
  writeFileSync(join(directory, 'ledger.txt'), 'a line of the ledger\n'.repeat(20_000));
  return directory;
}

/** What the application, or what took it over, does between the two backups. */
async function inProduction({ home, account, world }: Stage, { row, resource }: Cell): Promise<void> {
  const { inProduction: act } = row;
  if (act === undefined) return;
  const id = home.services.EFS.find(resource)?.id ?? '';
  const paths =
    'remove' in act ? [`${act.remove}`] : Array.from({ length: 40 }, (_, n) => `notes/note-${n}${act.ending.of}`);
  for (const path of paths) {
    if ('remove' in act) await account.data.files.change(id, { kind: 'delete', path }, world.now());
    else await account.data.files.change(id, { kind: 'rename', path, to: `${path}${act.ending.to}` }, world.now());
  }
}

function endedExecution(entry: TraceEntry): string | undefined {
  if (entry.kind !== 'event') return undefined;
  const event = entry.event as { 'detail-type'?: string; detail?: { executionArn?: string; status?: string } };
  if (event['detail-type'] !== 'Step Functions Execution Status Change') return undefined;
  return event.detail?.status === 'RUNNING' ? undefined : event.detail?.executionArn;
}

/** Whether the ledger holds the execution's point as the newest proof of its resource. */
function provenBy(region: Region, execution: string): boolean {
  const attempt = execution.split(':').slice(-2).join('/');
  return region.services.DynamoDB.items('lifeboat-ledger').some(
    (item) => (item.attempt as { S?: string } | undefined)?.S === `${attempt}/0` && 'provenAt' in item,
  );
}
