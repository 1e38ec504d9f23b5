import { compareTexts } from '../dynamodb/value.ts';

/** One version of an object. A delete marker has no body. */
export interface Version {
  readonly key: string;
  /** Undefined in a bucket without versions. */
  readonly versionId: string | undefined;
  readonly deleteMarker: boolean;
  readonly body: Uint8Array;
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

/** The versions of every key, oldest first. */
export class Bucket {
  readonly definition: BucketDefinition;
  readonly #versions = new Map<string, Version[]>();
  /** Keys in the order of their UTF-8 bytes; undefined when one came or went. */
  #sorted: readonly string[] | undefined;

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

  add(version: Version): void {
    const versions = this.#versions.get(version.key);
    if (versions === undefined) {
      this.#versions.set(version.key, [version]);
      this.#sorted = undefined;
    } else if (this.versioned) versions.push(version);
    else versions[0] = version;
  }

  /** Removes a version for good. */
  remove(version: Version): void {
    const left = (this.#versions.get(version.key) ?? []).filter((other) => other !== version);
    if (left.length > 0) this.#versions.set(version.key, left);
    else {
      this.#versions.delete(version.key);
      this.#sorted = undefined;
    }
  }

  /** Keys in order, those included that only a delete marker stands for. */
  keys(): readonly string[] {
    this.#sorted ??= [...this.#versions.keys()].sort(compareTexts);
    return this.#sorted;
  }

  versions(): Version[] {
    return this.keys().flatMap((key) => this.#versions.get(key) ?? []);
  }
}
