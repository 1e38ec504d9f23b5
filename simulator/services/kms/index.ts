import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError, NotModelled, type Operation, type Region, type Service } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';

const specs = ['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512', 'SYMMETRIC_DEFAULT'] as const;
type KeySpec = (typeof specs)[number];
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

export interface KeyDefinition {
  /** Drawn when left out. */
  readonly id?: string;
  /** `HMAC_256` and its like, or `SYMMETRIC_DEFAULT`; others are refused. */
  readonly spec: string;
  /** With its prefix `alias/`. */
  readonly alias?: string;
  readonly description?: string;
}

/** KMS in one Region: HMAC keys whose material follows from the world's seed, so that one seed gives one password. */
export interface KMS extends Service {
  /** Makes a key, as a deployment does. */
  createKey(definition: KeyDefinition): { readonly keyId: string; readonly arn: string };
  /** Gives a key one more alias. */
  createAlias(alias: string, keyId: string): void;
  /** What an operator may do to a key. `key` is an id, an ARN or an alias. */
  setState(key: string, state: KeyState): void;
  /** Undefined for keys that nobody made here: those of AWS itself, which are always there. */
  stateOf(key: string): KeyState | undefined;
}

interface Key {
  readonly id: string;
  readonly arn: string;
  readonly spec: KeySpec;
  readonly description: string;
  readonly created: number;
  state: KeyState;
  /** When it is gone for good, while it is pending deletion. */
  deletionAt: number | undefined;
}

interface MacInput {
  readonly KeyId: string;
  readonly Message: Uint8Array | string;
  readonly MacAlgorithm: string;
}

const day = 86_400_000;

const algorithms: Readonly<Record<string, { readonly spec: KeySpec; readonly hash: string }>> = {
  HMAC_SHA_224: { spec: 'HMAC_224', hash: 'sha224' },
  HMAC_SHA_256: { spec: 'HMAC_256', hash: 'sha256' },
  HMAC_SHA_384: { spec: 'HMAC_384', hash: 'sha384' },
  HMAC_SHA_512: { spec: 'HMAC_512', hash: 'sha512' },
};
/** The longest message of GenerateMac, bytes. */
const longestMessage = 4096;

const modelled = {
  GenerateMac: new Set(['KeyId', 'Message', 'MacAlgorithm']),
  VerifyMac: new Set(['KeyId', 'Message', 'MacAlgorithm', 'Mac']),
  DescribeKey: new Set(['KeyId']),
  ScheduleKeyDeletion: new Set(['KeyId', 'PendingWindowInDays']),
};

export function createKMS(region: Region): KMS {
  const { world, account } = region;
  const chance = world.chance.fork(`kms ${region.name}`);
  const prefix = `arn:aws:kms:${region.name}:${account.id}:`;
  const keys = new Map<string, Key>();
  const aliases = new Map<string, string>();

  const keyOf = (given: string): Key => {
    const name = given.startsWith(prefix) ? given.slice(prefix.length) : given;
    const isAlias = name.startsWith('alias/');
    const key = keys.get(isAlias ? (aliases.get(name) ?? '') : name.replace(/^key\//, ''));
    if (key !== undefined && !isDeleted(key)) return key;
    if (given.startsWith('arn:') && !given.startsWith(prefix)) {
      throw new AwsError('NotFoundException', `Invalid arn ${given.split(':')[3] ?? ''}`);
    }
    throw new AwsError(
      'NotFoundException',
      isAlias
        ? `Alias ${prefix}${name} is not found.`
        : `Key '${prefix}key/${name.replace(/^key\//, '')}' does not exist`,
    );
  };

  const managedKey = (alias: string): Key => {
    const id = chance.fork(alias).uuid();
    const description = `Protects data of ${alias.slice('alias/aws/'.length)}`;
    const arn = `${prefix}key/${id}`;
    const spec = 'SYMMETRIC_DEFAULT';
    return { id, arn, spec, description, created: world.now(), state: 'Enabled', deletionAt: undefined };
  };
  const isDeleted = ({ deletionAt }: Key): boolean => deletionAt !== undefined && world.now() >= deletionAt;
  /** A key whose state may be changed: one that is pending deletion has to be saved from it first. */
  const usable = ({ KeyId }: { readonly KeyId: string }): Key => {
    const key = keyOf(KeyId);
    if (key.state === 'PendingDeletion') {
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    }
    return key;
  };

  const mac = (operation: string, input: MacInput): { key: Key; mac: Uint8Array } => {
    const key = keyOf(input.KeyId);
    if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    if (key.state === 'PendingDeletion') {
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    }
    const algorithm = algorithms[input.MacAlgorithm];
    if (algorithm === undefined) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${input.MacAlgorithm}' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [${Object.keys(algorithms).join(', ')}]`,
      );
    }
    if (key.spec === 'SYMMETRIC_DEFAULT') {
      throw new AwsError(
        'InvalidKeyUsageException',
        `${key.arn} key usage is ENCRYPT_DECRYPT which is not valid for ${operation}.`,
      );
    }
    if (algorithm.spec !== key.spec) {
      throw new AwsError(
        'InvalidKeyUsageException',
        `Algorithm ${input.MacAlgorithm} is incompatible with key spec ${key.spec}.`,
      );
    }
    const message = typeof input.Message === 'string' ? Buffer.from(input.Message) : input.Message;
    if (message.length < 1 || message.length > longestMessage) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length between 1 and ${longestMessage}`,
      );
    }
    const material = createHash('sha512').update(`${world.seed}/${key.arn}`).digest();
    return { key, mac: Uint8Array.from(createHmac(algorithm.hash, material).update(message).digest()) };
  };

  return {
    operations: {
      GenerateMac: (input: MacInput) => {
        refuseOthers('KMS.GenerateMac', input, modelled.GenerateMac);
        const { key, mac: Mac } = mac('GenerateMac', input);
        return { Mac, MacAlgorithm: input.MacAlgorithm, KeyId: key.arn };
      },
      VerifyMac: (input: MacInput & { readonly Mac: Uint8Array }) => {
        refuseOthers('KMS.VerifyMac', input, modelled.VerifyMac);
        const { key, mac: right } = mac('VerifyMac', input);
        if (right.length !== input.Mac.length || !timingSafeEqual(right, input.Mac)) {
          throw new AwsError('KMSInvalidMacException', 'The MAC is not valid for the message and the key.');
        }
        return { MacValid: true, MacAlgorithm: input.MacAlgorithm, KeyId: key.arn };
      },
      DescribeKey: (input: { readonly KeyId: string }) => {
        refuseOthers('KMS.DescribeKey', input, modelled.DescribeKey);
        const name = input.KeyId.replace(prefix, '');
        // KMS makes the key behind an alias of AWS's own when it is first named (API reference of DescribeKey).
        if (name.startsWith('alias/aws/') && !aliases.has(name)) {
          return { KeyMetadata: { ...described(managedKey(name), account.id), KeyManager: 'AWS' } };
        }
        return { KeyMetadata: described(keyOf(input.KeyId), account.id) };
      },
      DisableKey: (input: { readonly KeyId: string }) => {
        usable(input).state = 'Disabled';
        return {};
      },
      EnableKey: (input: { readonly KeyId: string }) => {
        usable(input).state = 'Enabled';
        return {};
      },
      ScheduleKeyDeletion: (input: { readonly KeyId: string; readonly PendingWindowInDays?: number }) => {
        refuseOthers('KMS.ScheduleKeyDeletion', input, modelled.ScheduleKeyDeletion);
        const days = input.PendingWindowInDays ?? 30;
        if (days < 7 || days > 30) {
          throw new AwsError('ValidationException', `PendingWindowInDays must be 7 to 30, and is ${days}.`);
        }
        const key = usable(input);
        key.state = 'PendingDeletion';
        key.deletionAt = world.now() + days * day;
        return {
          KeyId: key.arn,
          DeletionDate: new Date(key.deletionAt),
          KeyState: key.state,
          ...(key.deletionAt === undefined ? {} : { DeletionDate: new Date(key.deletionAt) }),
          PendingWindowInDays: days,
        };
      },
      /** The key is then disabled, not enabled (documented). */
      CancelKeyDeletion: (input: { readonly KeyId: string }) => {
        const key = keyOf(input.KeyId);
        if (key.state !== 'PendingDeletion' || isDeleted(key)) {
          throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
        }
        key.state = 'Disabled';
        key.deletionAt = undefined;
        return { KeyId: key.arn };
      },
    } satisfies Record<string, Operation>,
    createKey: ({ id = chance.uuid(), spec: asked, alias, description = '' }) => {
      const spec = specs.find((known) => known === asked);
      if (spec === undefined) throw new NotModelled(`keys of the KeySpec ${asked}`);
      const arn = `${prefix}key/${id}`;
      keys.set(id, { id, arn, spec, description, created: world.now(), state: 'Enabled', deletionAt: undefined });
      if (alias !== undefined) aliases.set(alias, id);
      return { keyId: id, arn };
    },
    createAlias: (alias, keyId) => {
      aliases.set(alias, keyOf(keyId).id);
    },
    setState: (key, state) => {
      keyOf(key).state = state;
    },
    stateOf: (key) => {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : key;
      return keys.get(aliases.get(name) ?? name.replace(/^key\//, ''))?.state;
    },
  };
}

function described(key: Key, accountId: string): object {
  const isMac = key.spec !== 'SYMMETRIC_DEFAULT';
  return {
    AWSAccountId: accountId,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: new Date(key.created),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: isMac ? 'GENERATE_VERIFY_MAC' : 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    KeySpec: key.spec,
    ...(isMac ? { MacAlgorithms: [`HMAC_SHA_${key.spec.slice(5)}`] } : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
    MultiRegion: false,
  };
}
