import { NotModelled } from '../region.ts';
import { isObject, type Template } from './template.ts';

/** What intrinsic functions look up while a template is deployed. */
export interface Scope {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  /** The physical id and the attributes of a resource that was made before. */
  ref(logicalId: string): string;
  attribute(logicalId: string, name: string): unknown;
}

/** Stands for a property that `AWS::NoValue` takes away. */
const noValue = Symbol('AWS::NoValue');

/** A value with its intrinsic functions replaced by what they mean. */
export function resolve(value: unknown, scope: Scope): unknown {
  const found = resolved(value, scope);
  return found === noValue ? undefined : found;
}

function resolved(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, scope)).filter((item) => item !== noValue);
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const only = keys[0];
  if (keys.length === 1 && only !== undefined && (only === 'Ref' || only.startsWith('Fn::') || only === 'Condition')) {
    if (only !== 'Condition') return intrinsic(only, value[only], scope);
    if (typeof value.Condition === 'string') return condition(value.Condition, scope);
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, resolved(inner, scope)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== noValue));
}

function intrinsic(name: string, operand: unknown, scope: Scope): unknown {
  const list = () => listOf(operand, name).map((item) => resolved(item, scope));
  switch (name) {
    case 'Ref':
      return reference(String(operand), scope);
    case 'Fn::GetAtt': {
      const [logicalId = '', ...path] = Array.isArray(operand) ? operand.map(String) : String(operand).split('.');
      return scope.attribute(logicalId, path.join('.'));
    }
    case 'Fn::Sub':
      return substitute(operand, scope);
    case 'Fn::Join': {
      const [separator, items] = list();
      return listOf(items, name).map(String).join(String(separator));
    }
    case 'Fn::Split': {
      const [separator, text] = list();
      return String(text).split(String(separator));
    }
    case 'Fn::Select': {
      const [index, items] = list();
      const found = listOf(items, name)[Number(index)];
      if (found === undefined) throw new Error(`Fn::Select finds nothing at ${String(index)}.`);
      return found;
    }
    case 'Fn::GetAZs':
      return ['a', 'b', 'c'].map((zone) => `${String(resolved(operand, scope) || scope.region)}${zone}`);
    case 'Fn::FindInMap': {
      const [map, first, second] = list().map(String) as [string, string, string];
      const found = scope.template.Mappings?.[map]?.[first]?.[second];
      if (found === undefined) throw new Error(`The template's Mappings have no ${map}.${first}.${second}.`);
      return found;
    }
    case 'Fn::If': {
      const [asked, yes, no] = listOf(operand, name);
      return resolved(condition(String(asked), scope) ? yes : no, scope);
    }
    case 'Fn::Equals': {
      const [one, other] = list();
      return String(one) === String(other);
    }
    case 'Fn::And':
      return list().every((item) => item === true);
    case 'Fn::Or':
      return list().some((item) => item === true);
    case 'Fn::Not':
      return list()[0] !== true;
    default:
      throw new NotModelled(`${name} in a template`);
  }
}

function reference(name: string, scope: Scope): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return scope.account;
    case 'AWS::Region':
      return scope.region;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return scope.stackName;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${scope.region}:${scope.account}:stack/${scope.stackName}/00000000-0000-0000-0000-000000000000`;
    case 'AWS::NoValue':
      return noValue;
  }
  if (name.startsWith('AWS::')) throw new NotModelled(`the pseudo parameter ${name}`);
  const parameter = scope.template.Parameters?.[name];
  if (parameter === undefined) return scope.ref(name);
  const given = scope.parameters[name] ?? parameter.Default;
  if (given === undefined) throw new Error(`The template's parameter ${name} has no default: give it a value.`);
  return parameter.Type.startsWith('List') || parameter.Type === 'CommaDelimitedList'
    ? String(given).split(',')
    : given;
}

/** The named condition of the template. */
export function condition(name: string, scope: Scope): boolean {
  const asked = scope.template.Conditions?.[name];
  if (asked === undefined) throw new Error(`The template has no condition ${name}.`);
  return resolved(asked, scope) === true;
}

const placeholder = /\$\{([^!${}][^{}]*)\}/g;

function substitute(operand: unknown, scope: Scope): string {
  const [text, variables] = Array.isArray(operand) ? operand : [operand, {}];
  const own = isObject(variables) ? variables : {};
  return String(text)
    .replace(placeholder, (_, inner: string) => {
      const name = inner.trim();
      if (name in own) return String(resolved(own[name], scope));
      if (name.includes('.')) return String(intrinsic('Fn::GetAtt', name, scope));
      return String(reference(name, scope));
    })
    .replaceAll('${!', '${');
}

function listOf(operand: unknown, name: string): unknown[] {
  if (!Array.isArray(operand)) throw new Error(`${name} needs a list.`);
  return operand;
}

/** The logical ids that a value refers to, in the order they stand there. */
export function referencesOf(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) referencesOf(item, found);
  if (!isObject(value)) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Ref') found.add(String(inner));
    else if (key === 'Fn::GetAtt') found.add(String(Array.isArray(inner) ? inner[0] : String(inner).split('.')[0]));
    else {
      if (key === 'Fn::Sub') {
        const [text, variables] = Array.isArray(inner) ? inner : [inner, {}];
        for (const [, name = ''] of String(text).matchAll(placeholder)) {
          if (!isObject(variables) || !(name in variables)) found.add(name.trim().split('.')[0] ?? '');
        }
      }
      referencesOf(inner, found);
    }
  }
  return found;
}
