import { createRequire } from 'node:module';
import { AwsError } from './region.ts';

/**
 * Refuses an input that does not fit the operation's schema: members that it does not have, members of a wrong type,
 * required members that are missing. The schemas are the SDK clients' own, so they are those of the versions that
 * `functions/` was written against. Services without an installed client are not checked.
 *
 * Unknown members and wrong types are a `ValidationException` for every service. AWS itself ignores an unknown member;
 * here it is a typing error that would go unseen. A required member that is missing is answered as the service does.
 */
export function checkInput(service: string, operation: string, input: object): void {
  inputCheck(service, operation)(input);
}

/** The same for one operation, for whoever checks many inputs of it. */
export function inputCheck(service: string, operation: string): (input: object) => void {
  const key = `${service}.${operation}`;
  let check = compiled.get(key);
  if (check === undefined) {
    check = compile(service, operation);
    compiled.set(key, check);
  }
  const compiledCheck = check;
  return (input) => {
    const problem = compiledCheck(input);
    if (problem !== undefined) refuse(service, operation, problem);
  };
}

function refuse(service: string, operation: string, problem: Problem): never {
  const path = problem.path.join('.').replaceAll('.[', '[');
  const name = problem.kind === 'missing' ? (missingMember[service] ?? 'ValidationException') : 'ValidationException';
  throw new AwsError(name, `${service}.${operation}: ${path === '' ? 'the input' : path} ${problem.says}`);
}

/** How each service names the error of a missing parameter (its model's list of errors); else ValidationException. */
const missingMember: Readonly<Record<string, string>> = {
  Backup: 'MissingParameterValueException',
  EC2: 'MissingParameter',
  EFS: 'BadRequest',
  Lambda: 'InvalidParameterValueException',
  SNS: 'InvalidParameterException',
};

const packages: Readonly<Record<string, string>> = {
  Backup: '@aws-sdk/client-backup',
  CloudWatch: '@aws-sdk/client-cloudwatch',
  DynamoDB: '@aws-sdk/client-dynamodb',
  EC2: '@aws-sdk/client-ec2',
  EFS: '@aws-sdk/client-efs',
  IAM: '@aws-sdk/client-iam',
  KMS: '@aws-sdk/client-kms',
  Lambda: '@aws-sdk/client-lambda',
  RDS: '@aws-sdk/client-rds',
  ResourceGroupsTaggingAPI: '@aws-sdk/client-resource-groups-tagging-api',
  S3: '@aws-sdk/client-s3',
  SFN: '@aws-sdk/client-sfn',
  SNS: '@aws-sdk/client-sns',
};

/** What is wrong, and where. The path is filled on the way out, so that a good input costs no path. */
interface Problem {
  readonly path: string[];
  readonly kind: 'unknown' | 'missing' | 'type';
  readonly says: string;
}

type Check = (value: unknown) => Problem | undefined;

/**
 * A schema as the SDK exports it: a number for a simple type, a function that returns a schema, a pair of schema and
 * member traits, or an array `[kind, namespace, name, traits, …]`. The kinds are those of @smithy/core/schema.
 */
type Schema = number | string | (() => Schema) | readonly unknown[];

const simple = 0;
const list = 1;
const map = 2;
const structure = 3;
const union = 4;
const operationKind = 9;
const listOf = 64;
const mapOf = 128;
const idempotencyToken = 4;

// Pure functions of the installed packages: shared by all worlds of a process.
const compiled = new Map<string, Check>();
const checks = new Map<readonly unknown[], Check>();
const require = createRequire(import.meta.url);

function compile(service: string, operation: string): Check {
  const name = packages[service];
  if (name === undefined) return () => undefined;
  const exported = require(name) as Record<string, unknown>;
  const schema = exported[`${operation}$`];
  if (!Array.isArray(schema) || schema[0] !== operationKind) {
    throw new Error(`${name} exports no schema for ${operation}: the client has no such operation.`);
  }
  return checkOf(schema[4] as Schema);
}

function checkOf(schema: Schema): Check {
  if (typeof schema === 'function') {
    let check: Check | undefined;
    return (value) => {
      check ??= checkOf(schema());
      return check(value);
    };
  }
  if (typeof schema === 'number') return checkOfNumber(schema);
  if (typeof schema === 'string') return () => undefined;
  if (typeof schema[0] !== 'number' || schema.length === 2) return checkOf(schema[0] as Schema);
  let check = checks.get(schema);
  if (check === undefined) {
    check = checkOfShape(schema);
    checks.set(schema, check);
  }
  return check;
}

function checkOfNumber(schema: number): Check {
  if (schema >= mapOf) return everyEntry(checkOfNumber(schema - mapOf), false);
  if (schema >= listOf) return everyItem(checkOfNumber(schema - listOf), false);
  switch (schema) {
    case 0:
      return expecting('a string', (value) => typeof value === 'string');
    case 1:
      return expecting('a number', (value) => typeof value === 'number' && !Number.isNaN(value));
    case 2:
      return expecting('true or false', (value) => typeof value === 'boolean');
    case 4:
    case 5:
    case 6:
    case 7:
      return expecting('a valid Date', (value) => isDate(value) && !Number.isNaN(value.getTime()));
    case 17:
      return expecting('a whole number', (value) => typeof value === 'bigint' || Number.isInteger(value));
    case 19:
      return expecting('a number', (value) => typeof value === 'number' || typeof value === 'object');
    case 21:
      return expecting('bytes', (value) => ArrayBuffer.isView(value) || typeof value === 'string');
    default:
      // Documents and streams may be anything.
      return () => undefined;
  }
}

function checkOfShape(schema: readonly unknown[]): Check {
  const sparse = typeof schema[3] === 'object' && schema[3] !== null && 'sparse' in schema[3];
  switch (schema[0]) {
    case simple:
      return checkOf(schema[4] as Schema);
    case list:
      return everyItem(checkOf(schema[4] as Schema), sparse);
    case map:
      return everyEntry(checkOf(schema[5] as Schema), sparse);
    case structure:
    case union:
      return everyMember(schema);
    default:
      throw new Error(`The SDK's schema ${String(schema[2])} is of a kind this file does not know.`);
  }
}

function everyMember(schema: readonly unknown[]): Check {
  const names = (schema[4] ?? []) as readonly string[];
  const schemas = (schema[5] ?? []) as readonly Schema[];
  const required = names
    .slice(0, (schema[6] as number | undefined) ?? 0)
    .filter((_, index) => !isIdempotencyToken(schemas[index]));
  const members: Record<string, Check> = Object.create(null);
  names.forEach((name, index) => {
    members[name] = checkOf(schemas[index] as Schema);
  });
  const oneOnly = schema[0] === union;

  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('an object', value);
    let present = 0;
    for (const name in value) {
      const member = (value as Record<string, unknown>)[name];
      if (member === undefined || member === null) continue;
      present += 1;
      const check = members[name];
      if (check === undefined) {
        return { path: [name], kind: 'unknown', says: `is not a member of ${String(schema[2])}` };
      }
      const problem = check(member);
      if (problem !== undefined) return within(name, problem);
    }
    if (oneOnly && present !== 1) {
      return { path: [], kind: 'type', says: `must have exactly one of ${names.join(', ')}, and has ${present}` };
    }
    for (const name of required) {
      const member = (value as Record<string, unknown>)[name];
      if (member === undefined || member === null) return { path: [name], kind: 'missing', says: 'is required' };
    }
    return undefined;
  };
}

/** The client makes up a token that the caller left out, so its absence here is no mistake. */
function isIdempotencyToken(schema: Schema | undefined): boolean {
  if (!Array.isArray(schema) || schema.length !== 2) return false;
  const traits = schema[1] as unknown;
  if (typeof traits === 'number') return (traits & idempotencyToken) !== 0;
  return typeof traits === 'object' && traits !== null && 'idempotencyToken' in traits;
}

function everyItem(check: Check, sparse: boolean): Check {
  return (value) => {
    if (!Array.isArray(value) && !(value instanceof Set)) return wrong('a list', value);
    let index = 0;
    for (const item of value) {
      const problem = sparse && item === null ? undefined : check(item);
      if (problem !== undefined) return within(`[${index}]`, problem);
      index += 1;
    }
    return undefined;
  };
}

function everyEntry(check: Check, sparse: boolean): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('a map', value);
    for (const name in value) {
      const entry = (value as Record<string, unknown>)[name];
      const problem = sparse && entry === null ? undefined : check(entry);
      if (problem !== undefined) return within(name, problem);
    }
    return undefined;
  };
}

function expecting(what: string, fits: (value: unknown) => boolean): Check {
  return (value) => (fits(value) ? undefined : wrong(what, value));
}

function wrong(expected: string, value: unknown): Problem {
  const found =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'a list'
        : isDate(value)
          ? 'a Date'
          : `a value of type ${typeof value}`;
  return { path: [], kind: 'type', says: `must be ${expected}, and is ${found}` };
}

function within(name: string, problem: Problem): Problem {
  problem.path.unshift(name);
  return problem;
}

/** Not `instanceof`: under jest a Date may come from another realm. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}
