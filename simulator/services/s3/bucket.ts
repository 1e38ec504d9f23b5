import { Packed, packer } from '../packed.ts';
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

/** Bodies are packed after this time: an object is read soon after it was written, or with many others. */
const soon = 86_400_000;

/** A version whose body may be packed meanwhile. */
class Stored implements Version {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lock: Lock | undefined;
  #body: Uint8Array | Packed;

  constructor(version: Omit<Version, 'size'>) {
    this.key = version.key;
    this.versionId = version.versionId;
    this.deleteMarker = version.deleteMarker;
    this.etag = version.etag;
    this.lastModified = version.lastModified;
    this.contentType = version.contentType;
    this.metadata = version.metadata;
    this.lock = version.lock;
    this.size = version.body.length;
    this.#body = version.body;
  }

  get body(): Uint8Array {
    return this.#body instanceof Packed ? this.#body.unpack() : this.#body;
  }

  pack(pack: (bytes: Uint8Array) => Packed): void {
    if (!(this.#body instanceof Packed)) this.#body = pack(this.#body);
  }
}

/** The versions of every key, oldest first. */
export class Bucket {
  readonly definition: BucketDefinition;
  readonly #versions = new Map<string, Version[]>();
  readonly #sorted = new SortedKeys();
  /** Those with whole bodies, the oldest first, and where they begin. */
  #whole: Stored[] = [];
  #firstWhole = 0;
  /** One for the keys of each folder: what lies together is alike. */
  readonly #packers = new Map<string, ReturnType<typeof packer>>();

  constructor(definition: BucketDefinition) {
    this.definition = definition;
  }

  get versioned(): boolean {
    return this.definition.versioned === true || this.definition.objectLock === true;
  }

  /** The newest version of a key, a delete marker included. */
  newest(key: string): Version | undefined {
    return this.#versions.get(key)?.at(-1);
  }

  /** The object that a key stands for now. */
  current(key: string): Version | undefined {
    const newest = this.newest(key);
    return newest?.deleteMarker === true ? undefined : newest;
  }

  version(key: string, versionId: string): Version | undefined {
    return this.#versions.get(key)?.find((version) => (version.versionId ?? 'null') === versionId);
  }

  add(given: Omit<Version, 'size'>): void {
    const version = new Stored(given);
    this.#tidy(version.lastModified);
    if (version.size > 0) this.#whole.push(version);
    const versions = this.#versions.get(version.key);
    if (versions === undefined) {
      this.#versions.set(version.key, [version]);
      this.#sorted.add(version.key);
    } else if (this.versioned) versions.push(version);
    else versions[0] = version;
  }

  #tidy(now: number): void {
    for (let next = this.#whole[this.#firstWhole]; next !== undefined; next = this.#whole[this.#firstWhole]) {
      if (now - next.lastModified < soon) break;
      const [folder = ''] = next.key.split('/', 1);
      let pack = this.#packers.get(folder);
      if (pack === undefined) {
        pack = packer();
        this.#packers.set(folder, pack);
      }
      next.pack(pack);
      this.#firstWhole += 1;
    }
    if (this.#firstWhole < 1_000) return;
    this.#whole = this.#whole.slice(this.#firstWhole);
    this.#firstWhole = 0;
  }

  /** Removes a version for good. */
  remove(version: Version): void {
    const left = (this.#versions.get(version.key) ?? []).filter((other) => other !== version);
    if (left.length > 0) this.#versions.set(version.key, left);
    else {
      this.#versions.delete(version.key);
      this.#sorted.remove(version.key);
    }
  }

  /**
   * Keys in the order of their UTF-8 bytes, those included that only a delete marker stands for: all, or from the first
   * that is not less than `from`.
   */
  keys(from?: string): Iterable<string> {
    return this.#sorted.from(from);
  }

  versions(): Version[] {
    return [...this.keys()].flatMap((key) => this.#versions.get(key) ?? []);
  }
}
