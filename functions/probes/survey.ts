import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type InFile, newBuffer, readContents, readLink } from './contents.ts';
import type { BucketDigests, FileAnswer, FileQuestion } from './contract.ts';
import {
  addContent,
  addDirectory,
  addIdentity,
  bucketCount,
  bucketOf,
  type Digests,
  fromAnswer,
  newDigests,
  shortHash,
  toAnswer,
} from './digests.ts';
import { addEnding, commonest, type Endings } from './endings.ts';
import { requiredPaths } from './required-paths.ts';
import { codeOf } from './trouble.ts';
import { type Found, walk } from './walk.ts';

/** How much a `sample` reads to its end. Below it, a sample is everything. */
const sampleFiles = 20_000;
const sampleBytes = 4 * 1024 ** 3;

type Asked = Extract<FileQuestion, { ask: 'files' }>;

/** Where a survey is: what it counted, and the last path it is done with. Written down when its time runs out. */
export interface Survey {
  phase: 'counting' | 'reading' | 'done';
  after: string;
  inFile?: InFile | undefined;
  files: number;
  bytes: number;
  directories: number;
  links: number;
  read: number;
  bucketsRead: number;
  unreadable: Record<string, number>;
  /** Things of another owner and files of another mode than were asked for. */
  strangers: number;
  otherModes: number;
  endings: Endings;
  digests: Digests;
}

/** A survey as JSON can hold it. */
export type SurveyNotes = Omit<Survey, 'digests' | 'endings'> & {
  readonly digests: BucketDigests;
  readonly endings: readonly (readonly [string, number])[];
};

export function newSurvey(): Survey {
  return {
    phase: 'counting',
    after: '',
    files: 0,
    bytes: 0,
    directories: 0,
    links: 0,
    read: 0,
    bucketsRead: 0,
    unreadable: {},
    strangers: 0,
    otherModes: 0,
    endings: new Map(),
    digests: newDigests(),
  };
}

export const toNotes = (survey: Survey): SurveyNotes => ({
  ...survey,
  endings: [...survey.endings],
  digests: toAnswer(survey.digests, survey.bucketsRead),
});
export const fromNotes = (notes: SurveyNotes): Survey => ({
  ...notes,
  endings: new Map(notes.endings),
  digests: fromAnswer(notes.digests),
});

/** What a survey that is done found out. */
export function answerOf(
  survey: Survey,
  { owner, mode, mustExist }: Asked,
  { root, endedAt }: { readonly root: string; readonly endedAt: string },
): FileAnswer {
  const { files, bytes, directories, links, read, unreadable, bucketsRead, strangers, otherModes } = survey;
  return {
    done: true,
    endedAt,
    files,
    bytes,
    directories,
    links,
    read,
    unreadable,
    required: requiredPaths(root, mustExist),
    ...(owner !== undefined && { strangers }),
    ...(mode !== undefined && { otherModes }),
    endings: commonest(survey.endings),
    ...(bucketsRead > 0 && { digests: toAnswer(survey.digests, bucketsRead) }),
  };
}

/**
 * Goes on with a survey until it is done or the time is over: first everything is counted, then files are read to their
 * end. Changes the survey that it is given, so that its notes are good whenever it stops.
 */
export function goOn(root: string, asked: Asked, survey: Survey, hasTime: () => boolean): void {
  if (survey.phase === 'counting') {
    for (const found of walk(root, survey.after)) {
      count(survey, found, asked);
      survey.after = found.path;
      if (!hasTime()) return;
    }
    survey.bucketsRead = bucketsToRead(survey, asked.checksums);
    survey.phase = survey.bucketsRead === 0 ? 'done' : 'reading';
    survey.after = '';
  }
  if (survey.phase === 'reading' && readAll(root, asked, survey, hasTime)) survey.phase = 'done';
}

/**
 * Whether everything was read. The file in which the time ran out is the first one behind `after` that is read at all,
 * so that it is where `inFile` belongs.
 */
function readAll(root: string, asked: Asked, survey: Survey, hasTime: () => boolean): boolean {
  const buffer = newBuffer();
  for (const found of walk(root, survey.after)) {
    if (!hasTime()) return false;
    if (!read(found, { root, asked, survey, buffer, hasTime })) return false;
    survey.after = found.path;
  }
  return true;
}

function count(survey: Survey, found: Found, { salt, owner, mode }: Asked): void {
  if (found.is === 'unreadable') {
    survey.unreadable[found.code] = (survey.unreadable[found.code] ?? 0) + 1;
    return;
  }
  const { stats } = found;
  const isOwn = Number(stats.uid) === owner?.user && (owner.group === null || Number(stats.gid) === owner.group);
  if (owner !== undefined && !isOwn) survey.strangers += 1;
  if (found.is === 'directory') {
    survey.directories += 1;
    return;
  }
  if (found.is === 'link') survey.links += 1;
  else {
    survey.files += 1;
    survey.bytes += Number(stats.size);
    addEnding(survey.endings, salt, found.path);
    if (mode !== undefined && (Number(stats.mode) & 0o7777) !== mode) survey.otherModes += 1;
  }
  const pathHash = shortHash(salt, found.path);
  addIdentity(survey.digests, pathHash, identityOf(pathHash, found));
}

/** Path and modification time: what stays while nobody writes to the file. */
function identityOf(pathHash: string, found: Exclude<Found, { is: 'unreadable' }>): string {
  return shortHash('identity', pathHash, String((found.stats.mtimeNs + 500_000n) / 1_000_000n));
}

/** Reads one thing to its end; false when the time ran out in it. */
function read(
  found: Found,
  {
    root,
    asked,
    survey,
    buffer,
    hasTime,
  }: { root: string; asked: Asked; survey: Survey; buffer: Buffer; hasTime: () => boolean },
): boolean {
  if (found.is === 'unreadable') return true;
  const pathHash = shortHash(asked.salt, found.path);
  if (bucketOf(pathHash) >= survey.bucketsRead) return true;
  if (found.is === 'directory') {
    readDirectory(root, survey, found, pathHash);
    return true;
  }
  const from = survey.inFile;
  survey.inFile = undefined;
  try {
    const path = join(root, found.path);
    const contents =
      found.is === 'link' ? { done: true as const, digest: readLink(path) } : readContents(path, buffer, hasTime, from);
    if (!contents.done) {
      survey.inFile = contents.at;
      return false;
    }
    const identity = identityOf(pathHash, found);
    const content = shortHash('content', identity, String(found.stats.size), contents.digest);
    addContent(survey.digests, pathHash, identity, content);
    survey.read += 1;
  } catch (error) {
    const code = codeOf(error);
    survey.unreadable[code] = (survey.unreadable[code] ?? 0) + 1;
  }
  return true;
}

/** A directory's content is its names: when a file comes or goes, its directory gets a new modification time. */
function readDirectory(
  root: string,
  survey: Survey,
  found: Exclude<Found, { is: 'unreadable' }>,
  pathHash: string,
): void {
  try {
    const names = readdirSync(join(root, found.path)).sort();
    const identity = identityOf(pathHash, found);
    addDirectory(survey.digests, pathHash, identity, shortHash('names', identity, ...names));
  } catch {
    // The walk below it reports that it cannot be read.
  }
}

/** A sample reads the same leading buckets in every drill, so that what it reads can be compared. */
function bucketsToRead({ files, bytes }: Survey, checksums: Asked['checksums']): number {
  if (checksums === 'none') return 0;
  if (checksums === 'all') return bucketCount;
  const share = Math.min(1, sampleFiles / Math.max(files, 1), sampleBytes / Math.max(bytes, 1));
  return Math.max(1, Math.floor(bucketCount * share));
}
