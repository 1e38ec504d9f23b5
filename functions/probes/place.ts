import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Thrown when the file probe is not where the drill thinks it is, or cannot tell what was restored. */
export class WrongPlace extends Error {
  override readonly name = 'WrongPlace';
}

const nonceName = '.lifeboat-drill';
const notesName = '.lifeboat-drill-notes';
const unfinishedNotesName = '.lifeboat-drill-notes-unfinished';
const ours: readonly string[] = [nonceName, notesName, unfinishedNotesName];
/** AWS Backup restores into this under the root, also into a new file system. */
const restored = /^aws-backup-restore_/;
/** What AWS Backup makes beside it, for parts that it could not put in their place. */
const fromAwsBackup = /^aws-backup-/;

/**
 * Leaves the drill's nonce on the mounted file system. Scratch was created empty, so a root that holds anything but what
 * AWS Backup restores and this drill's own files is not scratch, and nothing is written.
 */
export function mark(root: string, drill: string): void {
  const strangers = readdirSync(root).filter((name) => !ours.includes(name) && !fromAwsBackup.test(name));
  if (strangers.length > 0) {
    throw new WrongPlace(
      `The mounted file system holds ${strangers.length} entries under its root that no restore made, so it is not scratch.`,
    );
  }
  const marked = nonceIn(root);
  if (marked === drill) return;
  if (marked !== undefined)
    throw new WrongPlace(`The mounted file system is marked by the drill ${marked}, not by ${drill}.`);
  writeFileSync(join(root, nonceName), drill, { flag: 'wx' });
}

/** The one directory that was restored, after the nonce has said that this is the drill's file system. */
export function restoredDirectory(root: string, drill: string): string {
  const marked = nonceIn(root);
  if (marked !== drill) {
    throw new WrongPlace(`The mounted file system is marked by ${marked ?? 'no drill'}, not by the drill ${drill}.`);
  }
  const directories = readdirSync(root).filter((name) => restored.test(name));
  const [directory] = directories;
  if (directory === undefined || directories.length > 1) {
    throw new WrongPlace(
      `The mounted file system holds ${directories.length} directories aws-backup-restore_*, and there has to be one.`,
    );
  }
  return join(root, directory);
}

/**
 * Takes away what this drill left on the file system, the nonce last, and answers the name of the directory that was
 * restored. Asked again it finds nothing to take away, which is fine.
 */
export function leave(root: string, drill: string): string {
  const marked = nonceIn(root);
  if (marked !== undefined && marked !== drill) {
    throw new WrongPlace(`The mounted file system is marked by the drill ${marked}, not by ${drill}.`);
  }
  for (const name of [unfinishedNotesName, notesName, nonceName]) rmSync(join(root, name), { force: true });
  const [directory = '', ...others] = readdirSync(root).filter((name) => restored.test(name));
  return others.length > 0 ? '' : basename(directory);
}

function nonceIn(root: string): string | undefined {
  try {
    return readFileSync(join(root, nonceName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What the probe wrote down for itself when its time ran out; it holds paths and so never leaves the file system. */
export function readNotes<Notes>(root: string): Notes | undefined {
  try {
    return JSON.parse(readFileSync(join(root, notesName), 'utf8')) as Notes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A probe that is ended in the middle of it leaves the notes before these. */
export function writeNotes(root: string, notes: unknown): void {
  writeFileSync(join(root, unfinishedNotesName), JSON.stringify(notes));
  renameSync(join(root, unfinishedNotesName), join(root, notesName));
}
