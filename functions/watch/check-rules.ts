/** What is different from when it was first seen, each in words. */
export function vaultChanges(
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>>,
): string[] {
  if (before === undefined) return [];
  return Object.entries(now).flatMap(([what, is]) =>
    before[what] === undefined || before[what] === is ? [] : [`its ${what} was ${before[what]} and is ${is}`],
  );
}

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Principal?: unknown;
}

/**
 * Whether a role's trust lets a service assume it, as far as its statements say. Conditions are not weighed: they name
 * the account, and a service that fails them says so in its jobs.
 */
export function trusts(document: string, service: string): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    return false;
  }
  const statements = listOf((parsed as { Statement?: unknown } | null)?.Statement) as Statement[];
  const about = ({ Principal, Action }: Statement) => {
    const services = listOf(
      typeof Principal === 'object' && Principal !== null ? (Principal as { Service?: unknown }).Service : Principal,
    );
    const actions = listOf(Action);
    return (
      services.some((one) => one === service || one === '*') &&
      actions.some((one) => ['sts:assumerole', 'sts:*', '*'].includes(String(one).toLowerCase()))
    );
  };
  const isDenied = statements.some((one) => one.Effect === 'Deny' && about(one));
  return !isDenied && statements.some((one) => one.Effect === 'Allow' && about(one));
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** What is wrong with a key, in words; undefined when it can be used. A state that nobody knows is trouble too. */
export function keyTrouble(
  key: { readonly KeyState?: string | undefined; readonly DeletionDate?: Date | undefined } | undefined,
): string | undefined {
  if (key === undefined) return 'does not exist';
  switch (key.KeyState) {
    case 'Enabled':
    case 'Updating':
      return undefined;
    case 'Disabled':
      return 'is disabled';
    case 'PendingDeletion': {
      const when = key.DeletionDate === undefined ? '' : `, to be deleted at ${key.DeletionDate.toISOString()}`;
      return `is pending deletion${when}: what it encrypts can never be read again after that`;
    }
    default:
      return `is ${key.KeyState ?? 'in no state that KMS tells'}`;
  }
}

/** What is wrong with the subscriptions of a topic, in words; undefined when each is confirmed and there is one. */
export function subscriptionTrouble(
  subscriptions: readonly {
    readonly SubscriptionArn?: string | undefined;
    readonly Protocol?: string | undefined;
    readonly Endpoint?: string | undefined;
  }[],
): string | undefined {
  if (subscriptions.length === 0) return 'has no subscription: nobody gets what is sent to it';
  const waiting = subscriptions.filter(({ SubscriptionArn: arn }) => arn?.startsWith('arn:') !== true);
  if (waiting.length === 0) return undefined;
  const names = waiting.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`).join(', ');
  const rest = subscriptions.length - waiting.length;
  const others =
    rest === 0 ? 'so nobody gets what is sent to it' : `${rest} other${rest === 1 ? ' is' : 's are'} confirmed`;
  return `waits for the confirmation of ${names}; ${others}`;
}
