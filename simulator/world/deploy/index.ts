import { channel } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Code } from '../../services/lambda/index.ts';
import { NotModelled, type Region } from '../region.ts';
import { condition, resolve, type Scope } from './intrinsics.ts';
import type { Made, Making } from './kind.ts';
import { namedOf, nameProperty, refuseTakenNames, type Standing } from './names.ts';
import { creationOrder } from './order.ts';
import { readerOf } from './properties.ts';
import { kinds } from './resources/index.ts';
import { isObject, type Properties, type Template } from './template.ts';

export type { Template } from './template.ts';

/** What stands after a deployment. */
export interface Stack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, DeployedResource>;
}

export interface DeployedResource extends Made {
  readonly type: string;
  readonly properties: Properties;
}

/** What was deployed is shown here, Region and stack, so that a tool can look at a run that it did not write. */
export const deployments = channel('lifeboat.deployed');

/** Stacks by Region: a second deployment of the same stack updates the first. */
const stacks = new WeakMap<Region, Map<string, Stack>>();

/**
 * Deploys a compiled template, as CloudFormation would: conditions, parameters, intrinsic functions, order. Whatever a
 * template says that the simulated account does not model is refused by name. `taskRoot` is the directory that
 * functions see as their own; `sourceRoot` is where the TypeScript behind their handlers lies. A second deployment of
 * a stack gives functions, machines, schedules and rules their new shape and leaves published versions as they are, and what was
 * changed by hand where the template is the same. A stack that would make what another one has by its name is refused before anything is made.
 */
export async function deploy(options: {
  region: Region;
  template: Template;
  taskRoot: string;
  sourceRoot: string;
  stackName?: string;
  parameters?: Readonly<Record<string, unknown>>;
}): Promise<Stack> {
  const { region, template, taskRoot, stackName = 'lifeboat' } = options;
  const known = stacks.get(region) ?? new Map<string, Stack>();
  stacks.set(region, known);
  const before = known.get(stackName)?.resources ?? new Map<string, DeployedResource>();
  const resources = new Map<string, DeployedResource>();
  const deployed = (logicalId: string): DeployedResource => {
    const found = resources.get(logicalId);
    if (found === undefined) throw new Error(`The template refers to ${logicalId}, which it does not have.`);
    return found;
  };
  const scope: Scope = {
    template,
    parameters: options.parameters ?? {},
    region: region.name,
    account: region.account.id,
    stackName,
    ref: (logicalId) => deployed(logicalId).id,
    attribute: (logicalId, name) => {
      const { type, attributes } = deployed(logicalId);
      if (!(name in attributes)) throw new NotModelled(`the attribute ${name} of ${type} (${logicalId})`);
      return attributes[name];
    },
  };
  const wanted = creationOrder(template).filter((logicalId) => {
    const asked = template.Resources[logicalId]?.Condition;
    return asked === undefined || condition(asked, scope);
  });
  refuseUnknown(template, wanted);
  const named = wanted.flatMap((logicalId) => {
    const { Type, Properties = {} } = template.Resources[logicalId] as Template['Resources'][string];
    return namedOf(logicalId, Type, fixedName(Type, Properties, scope)) ?? [];
  });
  refuseTakenNames({ region, stackName, wanted: named }, standingIn(region));
  const code = await loadCode(template, options.sourceRoot);

  for (const logicalId of wanted) {
    const { Type, Properties = {} } = template.Resources[logicalId] as Template['Resources'][string];
    const properties = resolve(Properties, scope) as Properties;
    const made = before.get(logicalId);
    const kind = kindOf(Type);
    if (made !== undefined && made.type === Type) {
      const same = JSON.stringify(made.properties) === JSON.stringify(properties);
      if (kind.changes !== 'make again' && (same || kind.changes === 'no effect')) {
        resources.set(logicalId, { ...made, properties });
        continue;
      }
      if (kind.changes === undefined)
        throw new NotModelled(`a change of ${Type} (${logicalId}) by a second deployment`);
    }
    const reader = readerOf(properties, `${Type} (${logicalId})`);
    const chance = region.world.chance.fork(`deploy ${region.name} ${stackName} ${logicalId}`);
    const making: Making = {
      region,
      stackName,
      logicalId,
      properties: reader,
      before: made,
      chance,
      taskRoot,
      code: (handler) => code.get(handler) as Code,
      generatedName: () => made?.id ?? `${stackName}-${logicalId}-${chance.fork('name').hex(12).toUpperCase()}`,
    };
    resources.set(logicalId, { ...kind.make(making), type: Type, properties });
    reader.end();
  }
  for (const [logicalId, old] of before) {
    if (resources.has(logicalId)) continue;
    const { remove } = kindOf(old.type);
    if (remove === undefined) throw new NotModelled(`the removal of ${old.type} (${logicalId}) by a second deployment`);
    remove(region, old);
  }

  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([, output]) => output.Condition === undefined || condition(output.Condition, scope))
    .map(([name, output]) => [name, resolve(output.Value, scope)] as const);
  const stack: Stack = { name: stackName, outputs: Object.fromEntries(outputs), resources };
  known.set(stackName, stack);
  deployments.publish({ region: region.name, stack });
  return stack;
}

/** The name that a template gives a resource whatever else is made; nothing where it is put together from what is. */
function fixedName(type: string, properties: Properties, scope: Scope): Properties {
  const property = nameProperty(type);
  if (property === undefined || properties[property] === undefined) return {};
  const isMadeUp = new Error('The name depends on another resource.');
  const refuse = () => {
    throw isMadeUp;
  };
  try {
    return { [property]: resolve(properties[property], { ...scope, ref: refuse, attribute: refuse }) };
  } catch (error) {
    if (error === isMadeUp) return {};
    throw error;
  }
}

/** The named resources of every stack of the account. */
function standingIn({ account }: Region): Standing[] {
  return account.regions.flatMap((region) =>
    [...(stacks.get(region) ?? [])].map(([stackName, { resources }]) => ({
      region,
      stackName,
      named: [...resources].flatMap(([logicalId, { type, properties }]) => namedOf(logicalId, type, properties) ?? []),
    })),
  );
}

function kindOf(type: string) {
  const kind = kinds[type];
  if (kind === undefined) throw new NotModelled(`resources of the type ${type}`);
  return kind;
}

/** All types that are not modelled at once, before anything is made. */
function refuseUnknown(template: Template, wanted: readonly string[]): void {
  const unknown = wanted.filter((logicalId) => kinds[template.Resources[logicalId]?.Type ?? ''] === undefined);
  if (unknown.length === 0) return;
  const named = unknown.map((logicalId) => `${template.Resources[logicalId]?.Type} (${logicalId})`);
  throw new NotModelled(`resources of these types: ${named.join(', ')}`);
}

/** The handlers that the template's functions name, loaded from their TypeScript sources. */
async function loadCode(template: Template, sourceRoot: string): Promise<Map<string, Code>> {
  const loaded = new Map<string, Code>();
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const handler = Properties?.Handler;
    if (typeof handler !== 'string') throw new Error(`The function ${logicalId} has no Handler.`);
    if (loaded.has(handler)) continue;
    const dot = handler.lastIndexOf('.');
    const file = join(sourceRoot, `${handler.slice(0, dot)}.ts`);
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const found = exported[handler.slice(dot + 1)];
    if (!isStartable(found)) {
      throw new Error(
        `${handler.slice(0, dot)}.ts must export ${handler.slice(dot + 1)} = lambda(build), see ${logicalId}.`,
      );
    }
    loaded.set(handler, found);
  }
  return loaded;
}

function isStartable(value: unknown): value is Code {
  return (isObject(value) || typeof value === 'function') && typeof (value as { start?: unknown }).start === 'function';
}
