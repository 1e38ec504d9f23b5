import type { DataPlane, Version } from '../index.ts';
import { type Content, digestOf, sizeOf } from './content.ts';
import { syntheticProbes } from './probes.ts';

/**
 * A data plane without data, for runs of months and for large accounts. A version is a few words; unchanged data keeps
 * its digest. Nobody can connect to a database or open a directory: the plane answers for the probes instead. Whatever
 * else asks for bytes is refused.
 */
export function syntheticPlane(): DataPlane {
  const databases = live('database');
  const files = live('file system');
  const versions = new Map<string, Content>();
  const passwords = new Map<string, string>();
  const gone = new Map<string, Content>();

  const stored = (id: string): Content => {
    const found = versions.get(id);
    if (found === undefined) throw new Error(`No version has the id ${id}.`);
    return found;
  };
  const keep = (id: string, content: Content): Version => {
    if (versions.has(id)) throw new Error(`There is a version ${id} already.`);
    versions.set(id, content);
    return view(id, content);
  };
  return {
    databases: {
      create: async (name, source, { password }) => {
        const fresh: Content = { kind: 'postgres', data: name, damaged: false };
        databases.add(name, 'version' in source ? stored(source.version) : fresh);
        passwords.set(name, password);
      },
      snapshot: async (name, id) => keep(id, databases.get(name)),
      // Nobody writes to it, so it was always what it is.
      asOf: async (name, _instant, id) => keep(id, gone.get(name) ?? databases.get(name)),
      queryVersion: async () => {
        throw new Error(noBytes('SQL cannot be run'));
      },
      forgetPast: (name) => {
        gone.delete(name);
      },
      setMasterPassword: (name, password) => {
        databases.get(name);
        passwords.set(name, password);
      },
      destroy: async (name, { keepPast = false } = {}) => {
        if (keepPast) gone.set(name, databases.get(name));
        databases.remove(name);
        passwords.delete(name);
      },
      execute: async () => {
        throw new Error(noBytes('SQL cannot be run'));
      },
      query: async () => {
        throw new Error(noBytes('SQL cannot be run'));
      },
      connect: () => {
        throw new Error(noBytes('Nobody can connect'));
      },
      certificateAuthority: 'There is no authority: nobody connects to a synthetic database.\n',
      get names() {
        return databases.names();
      },
    },
    opaque: otherEngines,
    files: {
      create: async (id) => files.add(id, { kind: 'files', data: id, damaged: false }),
      directory: () => {
        throw new Error(noBytes('There is no directory'));
      },
      digest: async () => {
        throw new Error(noBytes('There are no files'));
      },
      digestOfVersion: () => {
        throw new Error(noBytes('There are no files'));
      },
      change: async () => {
        throw new Error(noBytes('Files cannot be changed'));
      },
      snapshot: async (id, version) => keep(version, files.get(id)),
      restoreInto: async (id, version) => {
        const { kind, damaged } = files.get(id);
        files.remove(id);
        files.add(id, { kind, data: stored(version).data, damaged: damaged || stored(version).damaged });
      },
      destroy: async (id) => files.remove(id),
      get ids() {
        return files.names();
      },
    },
    versions: {
      get: (id) => {
        const content = versions.get(id);
        return content === undefined ? undefined : view(id, content);
      },
      discard: (id) => {
        versions.delete(id);
      },
      copy: (id, newId) => keep(newId, stored(id)),
      damage: async (id) => {
        const content = { ...stored(id), damaged: true };
        versions.set(id, content);
        return view(id, content);
      },
      get ids() {
        return [...versions.keys()];
      },
      get storedBytes() {
        return versions.size * sizeOf.bytes;
      },
    },
    probes: syntheticProbes({
      database: (name) => ({ ...databases.get(name), password: passwords.get(name) }),
      files: (id) => files.get(id),
    }),
    close: async () => {
      versions.clear();
    },
  };
}

/** Generated accounts have PostgreSQL and files alone. */
const otherEngines = new Proxy({} as DataPlane['opaque'], {
  get: () => {
    throw new Error('The synthetic data plane has no databases of other engines than PostgreSQL.');
  },
});

function view(id: string, content: Content): Version {
  return { id, kind: content.kind, digest: digestOf(content), bytes: sizeOf.bytes, files: sizeOf.pieces };
}

/** What is live under its name. */
function live(what: string) {
  const all = new Map<string, Content>();
  return {
    get: (name: string): Content => {
      const found = all.get(name);
      if (found === undefined) throw new Error(`There is no ${what} ${name}.`);
      return found;
    },
    add: (name: string, content: Content): void => {
      if (all.has(name)) throw new Error(`There is a ${what} ${name} already.`);
      all.set(name, content);
    },
    remove: (name: string): void => {
      if (!all.delete(name)) throw new Error(`There is no ${what} ${name}.`);
    },
    names: () => [...all.keys()],
  };
}

function noBytes(what: string): string {
  return `${what}: the data of this account is synthetic, so there are no bytes behind it.`;
}
