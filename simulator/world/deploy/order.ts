import { referencesOf } from './intrinsics.ts';
import type { Template } from './template.ts';

/** The logical ids so that each comes after what it refers to or depends on; otherwise in the template's own order. */
export function creationOrder(template: Template): string[] {
  const { Resources } = template;
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (done.has(logicalId)) return;
    if (path.includes(logicalId)) {
      throw new Error(`The template's resources depend on one another: ${[...path, logicalId].join(' → ')}.`);
    }
    const resource = Resources[logicalId];
    if (resource === undefined) return;
    const named = resource.DependsOn === undefined ? [] : [resource.DependsOn].flat();
    for (const missing of named.filter((id) => Resources[id] === undefined)) {
      throw new Error(`${logicalId} depends on ${missing}, which the template does not have.`);
    }
    for (const id of [...named, ...referencesOf(resource.Properties)]) {
      if (id !== logicalId) visit(id, [...path, logicalId]);
    }
    done.add(logicalId);
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(Resources)) visit(logicalId, []);
  return order;
}
