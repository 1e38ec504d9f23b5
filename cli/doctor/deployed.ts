import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionConfiguration, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { parseDocument } from 'yaml';
import { nameOf } from '../../functions/platform/errors.ts';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import type { Part } from '../../resources/stack.ts';
import { type Variant, variantOf } from '../../resources/variant.ts';
import { root } from '../package/service.ts';
import { NotAskable } from './check.ts';

/** What a stack consists of, by the names in serverless.yml. */
export interface Wanted {
  readonly functions: readonly string[];
  readonly machines: readonly string[];
  /** Those of the functions that a rule of EventBridge calls. */
  readonly listeners: readonly string[];
}

interface Named {
  readonly name?: string;
  readonly events?: readonly object[];
}
interface Service {
  readonly functions?: readonly (string | Readonly<Record<string, Named>>)[];
  readonly custom?: {
    readonly onlyAt?: Readonly<Record<Variant, Readonly<Record<string, Named>> | null>>;
    readonly machines?: Readonly<Record<Variant, Readonly<Record<string, Named>>>>;
  };
}

/** Reads from serverless.yml what is deployed for a policy and part. Throws when it finds nothing there: it would ask nothing. */
export function wantedFor(policy: Policy, part: Part): Wanted {
  const variant = variantOf(policy, part);
  const text = readFileSync(join(root, 'serverless.yml'), 'utf8');
  const service = parseDocument(text, { merge: true, logLevel: 'silent' }).toJS() as Service;
  const groups = [
    ...(service.functions ?? []).filter((group) => typeof group === 'object'),
    service.custom?.onlyAt?.[variant] ?? {},
  ];
  const names = (group: Readonly<Record<string, Named>>) => Object.values(group).flatMap(({ name }) => name ?? []);
  const functions = groups.flatMap(names).sort();
  const machines = names(service.custom?.machines?.[variant] ?? {}).sort();
  const listeners = groups
    .flatMap((group) => Object.values(group))
    .filter(({ events = [] }) => events.some((event) => 'eventBridge' in event))
    .flatMap(({ name }) => name ?? []);
  if (functions.length === 0 || machines.length === 0 || listeners.length === 0) {
    const words = 'serverless.yml names no functions or machines, or none that waits for events';
    throw new NotAskable(words, 'restore serverless.yml of this repository');
  }
  return { functions, machines, listeners };
}

/** The stack that stands in a Region, as its own functions tell. Each function is asked once. */
export interface Deployed {
  /** Undefined when there is no such function. */
  readonly function: (name: string) => Promise<FunctionConfiguration | undefined>;
  /** A variable of a function, which names what the stack works with. @throws NotAskable */
  readonly variable: (functionName: string, variable: string) => Promise<string>;
  /** The account and partition that it stands in. @throws NotAskable */
  readonly identity: () => Promise<{ readonly account: string; readonly partition: string }>;
}

export function deployedIn(policy: Policy, region: string, part: Part, client: ClientFactory): Deployed {
  const lambda = client(LambdaClient, { region });
  const asked = new Map<string, Promise<FunctionConfiguration | undefined>>();
  const ask = async (name: string): Promise<FunctionConfiguration | undefined> => {
    try {
      return await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    } catch (error) {
      if (nameOf(error) === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  };
  const once = (name: string) => {
    const known = asked.get(name) ?? ask(name);
    asked.set(name, known);
    return known;
  };
  return {
    function: once,
    variable: async (name, variable) => {
      const found = await once(name);
      if (found === undefined) throw notDeployed(policy, region, part);
      const value = found.Environment?.Variables?.[variable];
      if (value !== undefined && value !== '') return value;
      throw new NotAskable(
        `the function ${name} in ${region} does not tell ${variable}`,
        deployWords(policy, region, part),
      );
    },
    identity: async () => {
      const [, partition = '', , , account = ''] = ((await once('lifeboat-check'))?.FunctionArn ?? '').split(':');
      if (account === '') throw notDeployed(policy, region, part);
      return { account, partition };
    },
  };
}

/** What every check says that cannot go on, in the same words: the command tells it once. */
export function notDeployed(policy: Policy, region: string, part: Part): NotAskable {
  const words = `a function that tells what the stack in ${region} works with is not deployed`;
  return new NotAskable(words, deployWords(policy, region, part));
}

/** Without its file it would deploy the rules of another one. */
export function deployWords({ file }: Pick<Policy, 'file'>, region: string, part: Part): string {
  const rules = file === 'policy.yml' ? '' : `LIFEBOAT_POLICY='${file}' `;
  return `${rules}npx serverless deploy --region ${region} --param part=${part}`;
}

/**
 * What puts back what somebody changed or deleted by hand: a deployment of an unchanged template does nothing. A change set
 * in this mode compares with what is there (CloudFormation, "Using drift-aware change sets").
 */
export function revertWords(region: string): string {
  const stack = `--region ${region} --stack-name lifeboat --change-set-name revert`;
  return `aws cloudformation create-change-set ${stack} --use-previous-template --capabilities CAPABILITY_NAMED_IAM --deployment-mode REVERT_DRIFT, then, when it is created and shows what was meant, aws cloudformation execute-change-set ${stack}`;
}
