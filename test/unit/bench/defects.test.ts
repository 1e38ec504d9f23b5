import { readdirSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { defects } from '../../../bench/defects/index.ts';
import { EditDoesNotApply, edited, editedFiles } from '../../../bench/defects/plant.ts';
import { root } from '../../../cli/package/service.ts';

describe('the planted defects', () => {
  test.each(defects.map((defect) => [defect.name, defect] as const))(
    '%s still has its one place in the product, and changes it',
    (_, defect) => {
      expect(defect.edits.length).toBeGreaterThan(0);
      for (const [file, text] of editedFiles(defect)) {
        expect(file).toMatch(/^(functions\/.+\.ts|statemachines\/.+\.asl\.json)$/);
        // A source that cannot be read would be found by anybody.
        expect(() => (file.endsWith('.json') ? JSON.parse(text) : stripTypeScriptTypes(text))).not.toThrow();
      }
      for (const { find, put } of defect.edits) expect(put).not.toBe(find);
    },
  );

  test('are at least forty, each with a name of its own, and spread over all invariants', () => {
    expect(defects.length).toBeGreaterThanOrEqual(40);
    expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
    expect([...new Set(defects.map(({ breaks }) => breaks[0]))].sort()).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
    ]);
  });

  test('are in every room in which something is done, or the room is named here with its reason', () => {
    const without = {
      probes: 'the synthetic data answers in their place: they are asked against real databases and files by tests',
    };
    const rooms = readdirSync(join(root, 'functions'));
    const planted = new Set(defects.flatMap(({ edits }) => edits.map(({ file }) => file.split('/')[1])));
    expect(rooms.filter((room) => !planted.has(room)).sort()).toEqual(Object.keys(without));
  });

  test('say which text has to be moved when it is there no more, or twice', () => {
    const edit = { file: 'functions/a.ts', find: 'one', put: 'two' };
    expect(edited('a one b', edit)).toBe('a two b');
    expect(() => edited('a two b', edit)).toThrow(EditDoesNotApply);
    expect(() => edited('one one', edit)).toThrow('stands 2 times in functions/a.ts');
  });
});
