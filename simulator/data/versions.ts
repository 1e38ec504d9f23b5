import type { Blobs } from './blobs.ts';
import type { FileDamage } from './files/damage.ts';
import { holdAll, type Manifest, manifestDigest, releaseAll, totals } from './manifest.ts';
import type { DatabaseDamage, PostgresPart } from './postgres/damage.ts';

/** What is known of one stored version. It never changes, unless `damage` changes it. */
export interface Version {
  readonly id: string;
  readonly kind: 'postgres' | 'files';
  /**
   * SHA-256 over the content: for files over path, type, mode, size and SHA-256 of each; for databases over the
   * stored physical files. Equal trees have equal digests; equal rows may not: compare those with `rowsDigest`.
   */
  readonly digest: string;
  /** Bytes of all files, as if nothing were shared. */
  readonly bytes: number;
  readonly files: number;
}

export type Damage = DatabaseDamage | FileDamage;

/** Immutable versions by their ids. Data that several versions have in common is stored once. */
export interface Versions {
  get(id: string): Version | undefined;
  /** Forgets a version. Nothing happens if there is none of this id. */
  discard(id: string): void;
  /** A second version of the same content: nothing is stored twice. */
  copy(id: string, newId: string): Version;
  /** The one way to change a stored version. Other versions that share its data keep theirs. */
  damage(id: string, damage: Damage): Promise<Version>;
  readonly ids: readonly string[];
  /** Bytes that are stored for all versions together, each piece counted once. */
  readonly storedBytes: number;
}

export interface StoredVersion extends Version {
  readonly manifest: Manifest;
  /** What a database's version knows besides its files. */
  readonly postgres?: PostgresPart;
}

/** What the rest of the data plane does with versions. */
export interface VersionStore extends Versions {
  /** Takes over the caller's hold on the manifest's pieces. */
  add(version: { id: string; manifest: Manifest; postgres?: PostgresPart }): Version;
  stored(id: string): StoredVersion;
  refuseTaken(id: string): void;
}

export type Damager = (
  version: StoredVersion,
  damage: Damage,
) => Promise<{ manifest: Manifest; postgres?: PostgresPart }>;

export function versionStore(blobs: Blobs, damager: Damager): VersionStore {
  const versions = new Map<string, StoredVersion>();

  const stored = (id: string): StoredVersion => {
    const found = versions.get(id);
    if (found === undefined) throw new Error(`No version has the id ${id}.`);
    return found;
  };
  const view = ({ id, kind, digest, bytes, files }: StoredVersion): Version =>
    Object.freeze({ id, kind, digest, bytes, files });
  const keep = (id: string, manifest: Manifest, postgres: PostgresPart | undefined): Version => {
    const version: StoredVersion = {
      id,
      kind: postgres === undefined ? 'files' : 'postgres',
      digest: manifestDigest(manifest),
      ...totals(manifest),
      manifest,
      ...(postgres === undefined ? {} : { postgres }),
    };
    versions.set(id, version);
    return view(version);
  };
  const refuseTaken = (id: string) => {
    if (versions.has(id)) throw new Error(`A version with the id ${id} is there already, and versions never change.`);
  };

  return {
    get: (id) => {
      const found = versions.get(id);
      return found && view(found);
    },
    discard(id) {
      const found = versions.get(id);
      if (found === undefined) return;
      versions.delete(id);
      releaseAll(blobs, found.manifest);
    },
    copy(id, newId) {
      const { manifest, postgres } = stored(id);
      refuseTaken(newId);
      holdAll(blobs, manifest);
      return keep(newId, manifest, postgres);
    },
    async damage(id, damage) {
      const before = stored(id);
      const { manifest, postgres } = await damager(before, damage);
      if (versions.get(id) !== before) throw new Error(`The version ${id} changed while it was being damaged.`);
      releaseAll(blobs, before.manifest);
      return keep(id, manifest, postgres);
    },
    add({ id, manifest, postgres }) {
      refuseTaken(id);
      return keep(id, manifest, postgres);
    },
    stored,
    refuseTaken,
    get ids() {
      return [...versions.keys()];
    },
    get storedBytes() {
      return blobs.bytes;
    },
  };
}
