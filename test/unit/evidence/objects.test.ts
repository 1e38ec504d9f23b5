import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { evidenceBucket } from '../../../functions/evidence/objects.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { home } from '../watch-world.ts';

const s3 = mockClient(S3Client);
beforeEach(() => {
  s3.reset();
});

const seam = {
  environment: { EVIDENCE_BUCKET: 'lifeboat-evidence' },
  client: (Client: new (configuration: object) => unknown) => new Client({ region: home, maxAttempts: 1 }),
} as unknown as Seam;

const refusal = (name: string) => Object.assign(new Error(name), { name });

describe('an evidence object', () => {
  test('is written only where there is none', async () => {
    s3.on(PutObjectCommand).resolves({});
    expect(await evidenceBucket(seam).create('evidence/1.json', '{}')).toBe(true);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'lifeboat-evidence',
      Key: 'evidence/1.json',
      IfNoneMatch: '*',
    });
  });

  test('that is there already, or being written, is a lost race and no error', async () => {
    for (const name of ['PreconditionFailed', 'ConditionalRequestConflict']) {
      s3.on(PutObjectCommand).rejects(refusal(name));
      expect(await evidenceBucket(seam).create('evidence/1.json', '{}')).toBe(false);
    }
    s3.on(PutObjectCommand).rejects(refusal('AccessDenied'));
    await expect(evidenceBucket(seam).create('evidence/1.json', '{}')).rejects.toThrow('AccessDenied');
  });
});
