import type { Attic } from '../../world/attic.ts';
import { AtticMap } from '../../world/attic-map.ts';
import { Packer } from '../packer.ts';
import { SortedKeys } from './sorted-keys.ts';

/** One version of an object. A delete marker has no body. */
export interface Version {
  readonly key: string;
  /** Undefined in a bucket without versions. */
  readonly versionId: string | undefined;
  readonly deleteMarker: boolean;
  readonly body: Uint8Array;
  /** Bytes of the body. */
  readonly size: number;
  /** With its quotation marks. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lock: Lock | undefined;
}

export interface Lock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface BucketDefinition {
  readonly name: string;
  readonly versioned?: boolean;
  /** Object Lock; such a bucket always has versions. */
  readonly objectLock?: boolean;
  /** How new versions are locked that say nothing themselves: mode GOVERNANCE or COMPLIANCE, whole days. */
  readonly defaultRetention?: { readonly mode: string; readonly days: number };
}

/** So many are at hand, those that were written last: all of a small account's. */
const mostAtHand = 5_000;
/** A body of more bytes is put away at once: the report of a large fleet. */
const largestAtHand = 1_048_576;

/** A version as it is put away: of its body the place is kept. */
type Kept = Omit<Version, 'body'> & { readonly place: number };

/** A version that was put away. Its body is read when somebody asks. */
class PutAway implements Version {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lock: Lock | undefined;
  readonly place: number;
  readonly #packer: Packer;

  constructor(kept: Kept, packer: Packer) {
    this.key = kept.key;
    this.versionId = kept.versionId;
    this.deleteMarker = kept.deleteMarker;
    this.size = kept.size;
    this.etag = kept.etag;
    this.lastModified = kept.lastModified;
    this.contentType = kept.contentType;
    this.metadata = kept.metadata;
    this.lock = kept.lock;
    this.place = kept.place;
    this.#packer = packer;
  }

  get body(): Uint8Array {
    return this.#packer.get(this.place);
  }
}

/** The versions of every key, oldest first. */
export class Bucket {
  readonly definition: BucketDefinition;
  readonly #attic: Attic;
  readonly #atHand = new Map<string, Version[]>();
  readonly #away: AtticMap<readonly Kept[]>;
  readonly #sorted = new SortedKeys();
  /** What was written of late, the oldest first. */
  readonly #written: Version[] = [];
  /** One for the bodies of each folder: what lies together is alike. */
  readonly #packers = new Map<string, Packer>();

  constructor(definition: BucketDefinition, attic: Attic) {
    this.definition = definition;
    this.#attic = attic;
    this.#away = new AtticMap(attic);
  }

  get versioned(): boolean {
    return this.definition.versioned === true || this.definition.objectLock === true;
  }

  /** The newest version of a key, a delete marker included. */
  newest(key: string): Version | undefined {
    return this.#of(key).at(-1);
  }

  /** The object that a key stands for now. */
  current(key: string): Version | undefined {
    const newest = this.newest(key);
    return newest?.deleteMarker === true ? undefined : newest;
  }

  version(key: string, versionId: string): Version | undefined {
    return this.#of(key).find((version) => (version.versionId ?? 'null') === versionId);
  }

  add(given: Omit<Version, 'size'>): void {
    const version = { ...given, size: given.body.length };
    this.#putAway();
    const before = this.#of(version.key);
    if (before.length === 0) this.#sorted.add(version.key);
    const versions = this.versioned ? [...before, version] : [version];
    if (version.size > largestAtHand) this.#toAttic(version.key, versions);
    else {
      this.#written.push(version);
      this.#set(version.key, versions);
    }
  }

  /** Removes a version for good. */
  remove(version: Version): void {
    const left = this.#of(version.key).filter(({ versionId }) => versionId !== version.versionId);
    this.#set(version.key, left);
    if (left.length === 0) this.#sorted.remove(version.key);
  }

  #of(key: string): readonly Version[] {
    return this.#atHand.get(key) ?? this.#away.get(key)?.map((kept) => new PutAway(kept, this.#packerOf(key))) ?? [];
  }

  #set(key: string, versions: Version[]): void {
    this.#away.delete(key);
    if (versions.length > 0) this.#atHand.set(key, versions);
    else this.#atHand.delete(key);
  }

  /** Puts away what was written before many others, unless something was written over it since. */
  #putAway(): void {
    if (this.#written.length < 2 * mostAtHand) return;
    for (const version of this.#written.splice(0, mostAtHand)) {
      const versions = this.#atHand.get(version.key);
      if (versions?.at(-1) !== version) continue;
      this.#toAttic(version.key, versions);
    }
  }

  #toAttic(key: string, versions: readonly Version[]): void {
    this.#away.set(
      key,
      versions.map((one) => this.#kept(one)),
    );
    this.#atHand.delete(key);
  }

  #kept(version: Version): Kept {
    const { key, versionId, deleteMarker, size, etag, lastModified, contentType, metadata, lock } = version;
    const place = version instanceof PutAway ? version.place : this.#packerOf(key).put(version.body);
    return { key, versionId, deleteMarker, size, etag, lastModified, contentType, metadata, lock, place };
  }

  #packerOf(key: string): Packer {
    const [folder = ''] = key.split('/', 1);
    let packer = this.#packers.get(folder);
    if (packer === undefined) {
      packer = new Packer(this.#attic);
      this.#packers.set(folder, packer);
    }
    return packer;
  }

  /**
   * Keys in the order of their UTF-8 bytes, those included that only a delete marker stands for: all, or from the first
   * that is not less than `from`.
   */
  keys(from?: string): Iterable<string> {
    return this.#sorted.from(from);
  }

  versions(): Version[] {
    return [...this.keys()].flatMap((key) => this.#of(key));
  }
}
