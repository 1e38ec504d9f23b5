import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../cli/package/service.ts';
import type { Setting } from '../../cli/simulate/order.ts';
import type { Defect, Edit } from './defect.ts';

/** Thrown for an edit whose text does not stand in its file exactly once: the product has moved on. */
export class EditDoesNotApply extends Error {
  override readonly name = 'EditDoesNotApply';
}

/** The text of a file with an edit. */
export function edited(text: string, { file, find, put }: Edit): string {
  const times = text.split(find).length - 1;
  if (times !== 1) {
    throw new EditDoesNotApply(
      `find: the text stands ${times} times in ${file}, and not once. Move the defect: ${find}`,
    );
  }
  return text.replace(find, () => put);
}

/** What the edits of a defect make of the files that they are in, by file. */
export function editedFiles({ edits }: Pick<Defect, 'edits'>): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const edit of edits) {
    files.set(edit.file, edited(files.get(edit.file) ?? readFileSync(join(root, edit.file), 'utf8'), edit));
  }
  return files;
}

/**
 * A copy of the sources with a defect in it, and the setting that plays them. Handlers are loaded from the copy; the machines of
 * a template that was compiled already are changed as their files were. `close` takes the copy away.
 */
export function plantDefect(defect: Defect, setting: Setting): { readonly setting: Setting; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-defect-'));
  cpSync(join(root, 'functions'), join(folder, 'functions'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  let { stacks } = setting;
  for (const [file, text] of editedFiles(defect)) {
    if (file.startsWith('functions/')) writeFileSync(join(folder, file), text);
    else {
      const change = { before: JSON.parse(readFileSync(join(root, file), 'utf8')), after: JSON.parse(text) };
      const machine = `lifeboat-${/(\w+)\.asl\.json$/.exec(file)?.[1]}`;
      stacks = stacks.map((stack) => ({ ...stack, template: withMachine(stack.template, machine, change) }));
    }
  }
  return {
    setting: { ...setting, stacks, sourceRoot: folder },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

type Template = Setting['stacks'][number]['template'];
type Change = { readonly before: unknown; readonly after: unknown };

/** The definition of a machine stands in the compiled template as text, with placeholders for what it calls. */
function withMachine(template: Template, machine: string, change: Change): Template {
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => {
      const { StateMachineName, DefinitionString } = (resource.Properties ?? {}) as {
        StateMachineName?: string;
        DefinitionString?: { readonly 'Fn::Sub': readonly [string, unknown] };
      };
      if (StateMachineName !== machine || DefinitionString === undefined) return [id, resource];
      const [text, names] = DefinitionString['Fn::Sub'];
      const definition = JSON.stringify(carried(change.before, change.after, JSON.parse(text)));
      const Properties = { ...resource.Properties, DefinitionString: { 'Fn::Sub': [definition, names] } };
      return [id, { ...resource, Properties }];
    }),
  );
  return { ...template, Resources } as Template;
}

/** Does to `to` what was done between `before` and `after`. */
function carried(before: unknown, after: unknown, to: unknown): unknown {
  if (JSON.stringify(before) === JSON.stringify(after)) return to;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && Array.isArray(to)) {
    return after.map((item, index) => carried(before[index], item, to[index]));
  }
  if (!isObject(before) || !isObject(after) || !isObject(to)) return after;
  return Object.fromEntries(
    Object.entries(after).map(([key, value]) => [key, key in before ? carried(before[key], value, to[key]) : value]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
