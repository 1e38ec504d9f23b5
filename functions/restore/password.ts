import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { required, type Seam } from '../platform/seam.ts';

/** MySQL takes 41 characters at most, PostgreSQL on RDS takes more. */
const passwordLength = 41;

/**
 * The master password of a drill's scratch database: an HMAC over the drill's id under a key that never leaves KMS. It
 * is derived where it is set and again where it is used, and so is kept nowhere. Letters, digits, `-` and `_` only, all
 * of which RDS takes. Reads PASSWORD_KEY_ID.
 */
export function passwordOf(seam: Seam): (drill: string) => Promise<string> {
  const kms = seam.client(KMSClient);
  const key = required(seam.environment, 'PASSWORD_KEY_ID');
  return async (drill) => {
    const { Mac } = await kms.send(
      new GenerateMacCommand({
        KeyId: key,
        MacAlgorithm: 'HMAC_SHA_256',
        Message: Buffer.from(`lifeboat: master password of the scratch database of drill ${drill}`),
      }),
    );
    if (Mac === undefined) throw new Error('KMS answered GenerateMac without a code.');
    return Buffer.from(Mac).toString('base64url').slice(0, passwordLength);
  };
}
