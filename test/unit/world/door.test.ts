import { describe, expect, test } from '@jest/globals';
import { AwsError, later, NotModelled } from '../../../simulator/world/region.ts';
import { type CallEntry, type TraceEntry, traceLine } from '../../../simulator/world/trace.ts';
import { ask, operator, service, smallAccount, start } from './small-account.ts';

/** A service that counts what it was asked to do. */
function shop(seed = 'one') {
  const sold: string[] = [];
  const Shop = service({
    Sell: (({ what }: { what: string }) => {
      if (what === 'nothing') throw new AwsError('OutOfStock', 'There is none.');
      sold.push(what);
      return { sold: sold.length };
    }) as never,
    Order: (() =>
      later(
        (answer) => void small.world.after(3_600_000, 'it is delivered', () => answer({ delivered: true })),
      )) as never,
    Break: (() => {
      throw new TypeError('a mistake of the simulator');
    }) as never,
  });
  const KMS = service({ GenerateMac: (() => ({ Mac: new Uint8Array([1, 2, 3]) })) as never });
  const small = smallAccount({ seed, services: { Shop, KMS } });
  return { small, sold, sell: (what: string) => ask<{ sold: number }>(small, 'Shop', 'Sell', { what }) };
}

const lastCall = ({ small }: ReturnType<typeof shop>) => small.world.trace.entries.at(-1) as CallEntry;

describe('a call through the door', () => {
  test('takes a while, is answered, and is in the trace with who asked what and when', async () => {
    const one = shop();
    expect(await one.sell('bread')).toEqual({ sold: 1 });
    const call = lastCall(one);
    expect(call).toMatchObject({
      kind: 'call',
      at: new Date(start).toISOString(),
      caller: operator,
      service: 'Shop',
      operation: 'Sell',
      region: 'eu-central-1',
      input: { what: 'bread' },
      output: { sold: 1 },
    });
    expect(call.took).toBeGreaterThanOrEqual(8);
    expect(call.took).toBeLessThanOrEqual(90);
  });

  test('takes as long as the seed says', async () => {
    const took = async (seed: string) => {
      const one = shop(seed);
      for (let count = 0; count < 5; count += 1) await one.sell('bread');
      return one.small.calls('Shop', 'Sell').map((call) => call.took);
    };
    expect(await took('one')).toEqual(await took('one'));
    expect(await took('one')).not.toEqual(await took('two'));
  });

  test('leaves in an order of its own, whichever of two that one instant brings was made first', async () => {
    const played = async (wares: readonly string[]) => {
      const one = shop();
      const sold = wares.map((what) => one.small.region.request(operator, 'Shop', 'Sell', { what }));
      await one.small.run(1);
      await Promise.all(sold);
      return one.small.calls('Shop', 'Sell').map((call) => traceLine(call));
    };
    const traced = await played(['bread', 'cake', 'tea']);
    expect(traced).toHaveLength(3);
    expect(await played(['tea', 'bread', 'cake'])).toEqual(traced);
  });

  test('that is refused is in the trace with the error that the caller got', async () => {
    const one = shop();
    await expect(one.sell('nothing')).rejects.toMatchObject({ name: 'OutOfStock', message: 'There is none.' });
    expect(lastCall(one)).toMatchObject({ error: { name: 'OutOfStock', message: 'There is none.' } });
    expect(lastCall(one)).not.toHaveProperty('output');
  });

  test('is checked against the SDK’s own schema before anything happens', async () => {
    const one = shop();
    await expect(ask(one.small, 'KMS', 'GenerateMac', { KeyId: 7 })).rejects.toThrow(
      'KMS.GenerateMac: KeyId must be a string',
    );
    await expect(ask(one.small, 'KMS', 'GenerateMac', { Key: 'x' })).rejects.toThrow(
      'KMS.GenerateMac: Key is not a member',
    );
  });

  test('that is answered later is traced when it is answered', async () => {
    const one = shop();
    const asked = ask<{ delivered: boolean }>(one.small, 'Shop', 'Order', {}, 4000);
    expect(await asked).toEqual({ delivered: true });
    expect(lastCall(one).took).toBeGreaterThanOrEqual(3_600_000);
  });

  test.each([
    ['Shop', 'Refund', 'Shop.Refund'],
    ['Casino', 'Play', 'the service Casino'],
  ])('to what is not modelled (%s.%s) fails the run by name', async (name, operation, what) => {
    const { small } = shop();
    small.region.request(operator, name, operation, {}).catch(() => {});
    await expect(small.run(1)).rejects.toEqual(new NotModelled(what));
  });

  test('that meets a mistake of the simulator fails the run: the product never sees it as an error of AWS', async () => {
    const { small } = shop();
    small.region.request(operator, 'Shop', 'Break', {}).catch(() => {});
    await expect(small.run(1)).rejects.toThrow('a mistake of the simulator');
  });
});

describe('a fault at the door', () => {
  const throttled = new AwsError('ThrottlingException', 'Rate exceeded', 400);

  test('refuses a call before it has an effect', async () => {
    const one = shop();
    one.small.door.add(({ number }) => (number === 0 ? { kind: 'refuse', error: throttled } : undefined));
    await expect(one.sell('bread')).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(one.sold).toEqual([]);
    expect(await one.sell('bread')).toEqual({ sold: 1 });
  });

  test('loses an answer after the effect', async () => {
    const one = shop();
    one.small.door.add(() => ({ kind: 'lose the answer', error: new AwsError('TimeoutError', 'socket hang up', 500) }));
    await expect(one.sell('bread')).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(one.sold).toEqual(['bread']);
    expect(lastCall(one)).toMatchObject({ error: { name: 'TimeoutError' } });
  });

  test('slows a call down', async () => {
    const one = shop();
    one.small.door.add(() => ({ kind: 'slow', milliseconds: 30_000 }));
    await one.sell('bread');
    expect(lastCall(one).took).toBeGreaterThanOrEqual(30_000);
  });

  test('strikes what it chose, by caller, Region, service, operation, input and number, and nothing else', async () => {
    const one = shop();
    const seen: unknown[] = [];
    one.small.door.add((request) => {
      seen.push(request);
      return (request.input as { what?: string }).what === 'cake' ? { kind: 'refuse', error: throttled } : undefined;
    });
    await one.sell('bread');
    await expect(one.sell('cake')).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(seen).toEqual([
      {
        caller: operator,
        region: 'eu-central-1',
        service: 'Shop',
        operation: 'Sell',
        input: { what: 'bread' },
        number: 0,
      },
      {
        caller: operator,
        region: 'eu-central-1',
        service: 'Shop',
        operation: 'Sell',
        input: { what: 'cake' },
        number: 1,
      },
    ]);
  });
});

describe('the trace', () => {
  const line = (input: unknown, output: unknown = {}): string =>
    traceLine({
      kind: 'call',
      at: 'now',
      took: 1,
      caller: operator,
      service: 'X',
      operation: 'Y',
      region: 'r',
      input,
      output,
    } as TraceEntry);

  test('is one line of JSON for each entry', () => {
    expect(line({ text: 'two\nlines' })).not.toContain('\n');
    expect(JSON.parse(line({ a: 1n, when: new Date(0) }))).toMatchObject({
      input: { a: '1', when: '1970-01-01T00:00:00.000Z' },
    });
  });

  test('hands every later entry to whoever listens, in order', () => {
    const { small } = shop();
    const heard: string[] = [];
    small.world.trace.note('before');
    small.world.trace.listen((entry) => heard.push(entry.kind === 'world' ? entry.what : entry.kind));
    small.world.trace.note('a');
    small.world.trace.note('b', { of: 'shop' });
    expect(heard).toEqual(['a', 'b']);
    expect(small.world.trace.entries).toHaveLength(3);
  });

  const secret = 'correct-horse-battery-staple';
  const question = JSON.stringify({ host: 'db', user: { name: 'check', password: secret } });
  test.each([
    ['a master password', { MasterUserPassword: secret }],
    ['the bytes of a MAC', { Mac: Buffer.from(secret) }],
    ['a secret', { SecretString: secret }],
    ['a password deep inside', { a: [{ connection: { password: secret } }] }],
    ['a password inside the bytes of a payload', { Payload: Buffer.from(question) }],
    ['a password inside the plain bytes of a payload', { Payload: new TextEncoder().encode(question) }],
    ['a password inside a payload that is a text', { Payload: question }],
  ])('withholds %s', (_what, input) => {
    for (const written of [line(input), line({}, input)]) {
      expect(written).not.toContain(secret);
      expect(written).not.toContain(JSON.stringify([...Buffer.from(secret)]).slice(1, -1));
      expect(written).toContain('(withheld)');
    }
  });

  test('shows the rest: bytes as JSON where they are that, otherwise their number', () => {
    expect(JSON.parse(line({ Payload: Buffer.from(question), Body: Buffer.from([0xff, 0xfe, 0x00]) })).input).toEqual({
      Payload: { host: 'db', user: { name: 'check', password: '(withheld)' } },
      Body: '(3 bytes)',
    });
    expect(JSON.parse(line({ Payload: 'no JSON' })).input).toEqual({ Payload: 'no JSON' });
  });
});
