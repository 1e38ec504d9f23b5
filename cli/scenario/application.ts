import type { ResourceSpec } from '../../simulator/scenarios/account-file.ts';
import {
  askDatabase,
  filesSeen,
  isMountable,
  loginOf,
  refusedAt,
  tablesSeen,
} from '../../simulator/scenarios/application.ts';
import type { Scene } from '../../simulator/scenarios/run.ts';
import type { Context } from '../runbook/context.ts';
import { digestOf } from './journal.ts';

/** Where an application finds a resource: what DNS says, or what is mounted. */
export type Place =
  | { readonly is: 'database'; readonly address: string }
  | { readonly is: 'files'; readonly region: string; readonly fileSystemId: string; readonly under: string };

/**
 * The application that works on the account's resources. It knows names and mounts, and nothing of Lifeboat: where it looks
 * changes only by what somebody types.
 */
export interface Application {
  /** What UPSERT of a record does, for everybody. */
  setRecord(record: string, value: string): void;
  mount(name: string, place: Extract<Place, { is: 'files' }>): void;
  placeOf(name: string): Place;
  /** Undefined when it answers, else why not. Looks, and reads nothing. */
  refusal(name: string): string | undefined;
  /** A digest of everything at a place. To be called while virtual time stands still. */
  reads(place: Place): Promise<string>;
  /** Answers the rows of one statement. */
  asks(name: string, sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Whether a path is there. */
  finds(name: string, path: string): Promise<boolean>;
  /** Does once what it does all day; answers whether it can be read again. */
  writes(name: string): Promise<boolean>;
}

const port = 5432;

export function applicationOf(scene: Scene, context: Context): Application {
  const { account, resources } = scene;
  const records = new Map<string, string>();
  const mounts = new Map<string, Extract<Place, { is: 'files' }>>();
  const { home } = context.policy;
  const specs = new Map<string, ResourceSpec>();
  for (const [arn, spec] of resources) {
    specs.set(spec.name, spec);
    if (spec.kind === 'efs') {
      mounts.set(spec.name, { is: 'files', region: home, fileSystemId: arn.split('/').at(-1) ?? '', under: '' });
      continue;
    }
    const { RDS } = account.region(home).services;
    const record = recordOf(spec.name);
    if (record === undefined) throw new Error(`The account file names no DNS record for ${spec.name}.`);
    records.set(record, RDS.findCluster(spec.name)?.address ?? RDS.find(spec.name)?.address ?? '');
  }

  function recordOf(name: string): string | undefined {
    return context.resources.find((one) => one.name === name)?.dns?.record;
  }
  const specOf = (name: string): ResourceSpec => {
    const spec = specs.get(name);
    if (spec === undefined) throw new Error(`No application works on ${name}.`);
    return spec;
  };
  /** By the Region in its name; the master's login, as whoever owns the database has it. */
  const reach = (address: string) => {
    const region = account.region(address.split('.').at(-4) ?? '');
    const identifier = address.split('.')[0] ?? '';
    return { region, identifier };
  };
  const query = async <Answer>(
    address: string,
    work: (ask: (sql: string) => Promise<readonly Record<string, unknown>[]>) => Promise<Answer>,
  ): Promise<Answer> => {
    const { region, identifier } = reach(address);
    return askDatabase(region, { address, port }, loginOf(region, identifier), work);
  };

  const application: Application = {
    setRecord: (record, value) => {
      records.set(record, value);
    },
    mount: (name, place) => {
      mounts.set(name, place);
    },
    placeOf: (name) => {
      if (specOf(name).kind !== 'efs') return { is: 'database', address: records.get(recordOf(name) ?? '') ?? '' };
      const place = mounts.get(name);
      if (place === undefined) throw new Error(`${name} is mounted nowhere.`);
      return place;
    },
    refusal: (name) => {
      const place = application.placeOf(name);
      if (place.is === 'files') {
        return isMountable(account.region(place.region), place.fileSystemId) ? undefined : 'ETIMEDOUT';
      }
      return refusedAt(reach(place.address).region, place.address, port);
    },
    reads: async (place) => {
      if (place.is === 'files') {
        const { fileSystemId, under } = place;
        const choice = under === '' ? {} : { under };
        return digestOf((await filesSeen(account.region(place.region), fileSystemId, choice)).byPath);
      }
      const { region, identifier } = reach(place.address);
      return digestOf(await tablesSeen(region, { address: place.address, port }, loginOf(region, identifier)));
    },
    asks: async (name, sql) => {
      const place = application.placeOf(name);
      if (place.is === 'files') throw new Error(`${name} has no SQL.`);
      return query(place.address, (ask) => ask(sql));
    },
    finds: async (name, path) => {
      const place = application.placeOf(name);
      if (place.is !== 'files') throw new Error(`${name} has no files.`);
      const choice = place.under === '' ? {} : { under: place.under };
      const { byPath } = await filesSeen(account.region(place.region), place.fileSystemId, choice);
      return Object.hasOwn(byPath, path);
    },
    writes: async (name) => {
      const spec = specOf(name);
      const place = application.placeOf(name);
      const before = await application.reads(place);
      if (place.is === 'files') {
        const path = `${place.under === '' ? '' : `${place.under}/`}written-by-the-application.txt`;
        const change = { kind: 'write', path, text: 'It works again.' } as const;
        await account.data.files.change(place.fileSystemId, change, scene.world.now());
      } else {
        const [work] = spec.workload;
        if (work === undefined || !('sql' in work)) return true;
        await query(place.address, (ask) => ask(work.sql));
      }
      return (await application.reads(place)) !== before;
    },
  };
  return application;
}
