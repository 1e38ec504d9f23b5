import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Asked, Tapped } from './tapped.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A role as it was deployed. */
export interface Role {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly statements: readonly Statement[];
}

export interface Decision {
  readonly allowed: boolean;
  readonly because: string;
  /** The statements of the role that allow it. */
  readonly by: readonly Statement[];
}

type Document = { readonly Version: string; readonly Statement: readonly Statement[] };
type Resource = Tapped['stacks'][number]['resources'][number];

/**
 * Judges requests by the policies of deployed stacks, of roles and of resources alike, as IAM does. What IAM does not
 * know (an action, a resource that an action does not take, a policy that is no policy) is an error, never a refusal.
 */
export function courtOf(stacks: Tapped['stacks']) {
  const all = stacks.flatMap(({ region, resources }) => resources.map((one) => ({ region, ...one })));
  const ofType = (type: string) => all.filter((one) => one.type === type);
  const roles: Role[] = ofType('AWS::IAM::Role').map(({ logicalId, region, id, arn, properties }) => ({
    logicalId,
    region,
    name: id,
    arn,
    statements: ((properties.Policies ?? []) as { PolicyDocument: Document }[]).flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    ),
  }));
  const account = /:(\d{12}):/.exec(roles[0]?.arn ?? '')?.[1] ?? '';
  const inRegion = (arn: string, type: string) => {
    const region = arn.split(':')[3];
    return ofType(type).filter((one) => one.region === region);
  };

  function policyOf({ resource, vault }: Pick<Asked, 'resource' | 'vault'>, region: string): Document | undefined {
    const document = (found: Resource | undefined, name: string) => found?.properties[name] as Document | undefined;
    const [, , service = '', , , rest = ''] = resource.split(':');
    if (service === 's3') {
      const bucket = rest.split('/')[0];
      return document(
        ofType('AWS::S3::BucketPolicy').find(({ properties }) => properties.Bucket === bucket),
        'PolicyDocument',
      );
    }
    if (service === 'sns') {
      const found = ofType('AWS::SNS::TopicPolicy').find(({ properties }) =>
        (properties.Topics as string[]).includes(resource),
      );
      return document(found, 'PolicyDocument');
    }
    if (service === 'sqs') {
      const found = inRegion(resource, 'AWS::SQS::QueuePolicy').find(({ properties }) =>
        (properties.Queues as string[]).some((url) => url.endsWith(`/${rest}`)),
      );
      return document(found, 'PolicyDocument');
    }
    if (service === 'kms') {
      const topics = inRegion(resource, 'AWS::KMS::Alias').find(({ id }) => id === 'alias/lifeboat-topics')?.properties
        .TargetKeyId;
      const key = resource.endsWith('key/of-the-topics')
        ? inRegion(resource, 'AWS::KMS::Key').find(({ id }) => id === topics)
        : ofType('AWS::KMS::Key').find(({ arn }) => arn === resource);
      return document(key, 'KeyPolicy') ?? byIamAlone(account);
    }
    const name = service === 'backup' && rest === 'backup-vault' ? resource.split(':')[6] : vault;
    if (name === undefined) return undefined;
    return document(
      ofType('AWS::Backup::BackupVault').find((one) => one.id === name && one.region === region),
      'AccessPolicy',
    );
  }

  /** Actions that were judged in full before: IAM knows them. */
  const known = new Set<string>();

  async function decide(role: Role, asked: Omit<Asked, 'role' | 'by'>): Promise<Decision> {
    const { action, resource, context } = asked;
    // No policy of a resource here lets in more than services and whom IAM lets in: without a word in its own there is nothing.
    const named = role.statements.some(
      ({ Effect, Action }) =>
        Effect === 'Allow' && list(Action).some((one) => like(one.toLowerCase(), action.toLowerCase())),
    );
    if (!named && known.has(action)) return { allowed: false, because: 'named in no statement', by: [] };
    known.add(action);
    const region = resource.split(':')[3] || role.region;
    const scratch = ofType('AWS::EC2::VPC').find((one) => one.region === region)?.id;
    const contextVariables = {
      'aws:SecureTransport': 'true',
      'aws:PrincipalArn': role.arn,
      'aws:PrincipalAccount': account,
      ...context,
      ...(context['ec2:Vpc'] === 'the scratch network' && {
        'ec2:Vpc': `arn:aws:ec2:${region}:${account}:vpc/${scratch}`,
      }),
    };
    const policy = policyOf(asked, region);
    const answer = await runSimulation(
      {
        request: { principal: role.arn, action, resource: { resource, accountId: account }, contextVariables },
        identityPolicies: [{ name: role.logicalId, policy: { Version: '2012-10-17', Statement: role.statements } }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(policy !== undefined && { resourcePolicy: policy }),
      },
      {},
    );
    if (answer.resultType === 'error') {
      throw new Error(`${action} on ${resource} cannot be judged: ${JSON.stringify(answer.errors)}`);
    }
    const results = answer.resultType === 'single' ? [answer.result] : answer.results;
    return {
      allowed: answer.overallResult === 'Allowed',
      because: answer.overallResult,
      by: results.flatMap(({ analysis }) =>
        (analysis.identityAnalysis?.allowStatements ?? []).map(
          ({ statement }) => JSON.parse(JSON.stringify(statement)) as Statement,
        ),
      ),
    };
  }

  return { roles, account, decide };
}

/** A key that the stack does not hold: what its account's policies say decides. */
function byIamAlone(account: string): Document {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

export function list<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}

/** `*` is any text, `?` any one character. */
export function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
