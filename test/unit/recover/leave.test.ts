import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { leave, mark, writeNotes } from '../../../functions/probes/place.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

function restored(): string {
  const root = mkdtempSync(join(tmpdir(), 'lifeboat-leave-'));
  roots.push(root);
  mkdirSync(join(root, 'aws-backup-restore_2026-03-03T03-00-29-1Z'));
  return root;
}

test('the probe takes away all that it left on a file system that stays, and names what AWS Backup restored', () => {
  const root = restored();
  mark(root, 'a');
  writeNotes(root, { phase: 'counting' });
  expect(leave(root, 'a')).toBe('aws-backup-restore_2026-03-03T03-00-29-1Z');
  expect(readdirSync(root)).toEqual(['aws-backup-restore_2026-03-03T03-00-29-1Z']);
  // A step that is asked again finds nothing to take away.
  expect(leave(root, 'a')).toBe('aws-backup-restore_2026-03-03T03-00-29-1Z');
});

test('the probe touches nothing on a file system that another drill has marked', () => {
  const root = restored();
  mark(root, 'b');
  expect(() => leave(root, 'a')).toThrow('is marked by the drill b');
  expect(readdirSync(root)).toHaveLength(2);
});
