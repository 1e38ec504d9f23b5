import { describe, expect, test } from '@jest/globals';
import { createIAM } from '../../../simulator/services/iam/index.ts';
import { createWorld } from '../../../simulator/world/world.ts';
import { call, refusal, regionAlone } from './alone.ts';

const world = createWorld({ seed: 'one', start: Date.UTC(2026, 0, 5) });
const iam = () => regionAlone((region) => ({ IAM: createIAM(region) }), { world });

describe('a role', () => {
  test('is told with its trust, in the encoding of a URL', () => {
    const region = iam();
    region.services.IAM.createRole({ name: 'backup', trust: '{"Statement":[]}' });
    const { Role } = call(region, 'IAM', 'GetRole', { RoleName: 'backup' }) as { Role: Record<string, unknown> };
    expect(Role.AssumeRolePolicyDocument).toBe('%7B%22Statement%22%3A%5B%5D%7D');
    expect(Role.Arn).toBe('arn:aws:iam::111122223333:role/backup');
    region.services.IAM.setTrust('backup', '{}');
    expect(call(region, 'IAM', 'GetRole', { RoleName: 'backup' })).toMatchObject({
      Role: { AssumeRolePolicyDocument: '%7B%7D' },
    });
  });

  test('that is not there is refused as IAM refuses it', () => {
    const region = iam();
    expect(refusal(() => call(region, 'IAM', 'GetRole', { RoleName: 'none' }))).toBe(
      'NoSuchEntityException: The role with name none cannot be found.',
    );
    region.services.IAM.createRole({ name: 'backup', trust: '{}' });
    region.services.IAM.deleteRole('backup');
    expect(refusal(() => call(region, 'IAM', 'GetRole', { RoleName: 'backup' }))).toContain('NoSuchEntity');
  });
});
