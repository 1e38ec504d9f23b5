import { expect, test } from '@jest/globals';
import { createKMS } from '../../../simulator/services/kms/index.ts';
import { call, refusal, regionAlone } from './alone.ts';

function keys(options: { readonly seed?: string; readonly name?: string } = {}) {
  const region = regionAlone((alone) => ({ KMS: createKMS(alone) }), options);
  region.services.KMS.createKey({ id: 'password', spec: 'HMAC_256', alias: 'alias/password' });
  const mac = (KeyId: string, Message = 'drill-1', MacAlgorithm = 'HMAC_SHA_256') =>
    call(region, 'KMS', 'GenerateMac', { KeyId, Message: Buffer.from(Message), MacAlgorithm });
  const hex = (...given: Parameters<typeof mac>) => Buffer.from(mac(...given).Mac as Uint8Array).toString('hex');
  return { region, mac, hex };
}

test('one key gives one MAC for one message, by whatever name it is called', () => {
  const { region, hex } = keys();
  const mac = hex('alias/password');
  expect(mac).toMatch(/^[0-9a-f]{64}$/);
  for (const name of ['password', `arn:aws:kms:${region.name}:111122223333:key/password`]) expect(hex(name)).toBe(mac);
  expect(keys().hex('password')).toBe(mac);
});

test('another message, Region or seed gives another MAC', () => {
  const macs = [
    keys().hex('password'),
    keys().hex('password', 'drill-2'),
    keys({ name: 'eu-west-1' }).hex('password'),
    keys({ seed: 'two' }).hex('password'),
  ];
  expect(new Set(macs).size).toBe(4);
});

test('a key that is switched off or about to go says so', () => {
  const { region, mac } = keys();
  region.services.KMS.setState('alias/password', 'Disabled');
  expect(refusal(() => mac('alias/password'))).toMatch(/^DisabledException: arn:.* is disabled\.$/);
  expect(call(region, 'KMS', 'DescribeKey', { KeyId: 'password' })).toMatchObject({
    KeyMetadata: { Enabled: false, KeyState: 'Disabled', KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  });
  region.services.KMS.setState('alias/password', 'PendingDeletion');
  expect(refusal(() => mac('alias/password'))).toMatch(/^KMSInvalidStateException: arn:.* is pending deletion\.$/);
});

test('a key that does not exist, or is for something else, is refused', () => {
  const { region, mac } = keys();
  region.services.KMS.createKey({ id: 'data', spec: 'SYMMETRIC_DEFAULT' });
  expect(refusal(() => mac('alias/none'))).toContain('NotFoundException');
  expect(refusal(() => mac('data'))).toContain('InvalidKeyUsageException');
  expect(refusal(() => mac('password', 'x', 'HMAC_SHA_512'))).toContain('InvalidKeyUsageException');
  expect(refusal(() => mac('password', 'x', 'MD5'))).toContain('ValidationException');
  expect(refusal(() => mac('password', 'x'.repeat(4097)))).toContain('ValidationException');
});

test('a key that is to be deleted can be saved for as long as it waits, and is disabled then', () => {
  const { region, mac } = keys();
  const ask = (operation: string, more: object = {}) => call(region, 'KMS', operation, { KeyId: 'password', ...more });
  expect(refusal(() => ask('ScheduleKeyDeletion', { PendingWindowInDays: 6 }))).toContain('must be 7 to 30, and is 6');
  expect(ask('ScheduleKeyDeletion', { PendingWindowInDays: 7 })).toMatchObject({ KeyState: 'PendingDeletion' });
  expect(refusal(() => ask('EnableKey'))).toContain('KMSInvalidStateException');
  ask('CancelKeyDeletion');
  expect(refusal(() => ask('CancelKeyDeletion'))).toContain('is not pending deletion');
  expect(refusal(() => mac('password'))).toContain('is disabled');
  ask('EnableKey');
  expect(mac('password')).toHaveProperty('Mac');
  expect(region.services.KMS.stateOf('alias/password')).toBe('Enabled');
  expect(region.services.KMS.stateOf('alias/aws/rds')).toBeUndefined();
});
