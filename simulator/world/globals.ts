import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { real } from './real.ts';
import type { Actor, World } from './world.ts';

/**
 * Time and chance for the libraries. The AWS SDK, JSONata and middy read the globals, so this file replaces them.
 * Import it before any of them. While no world is current, the globals do what they always did.
 */
let current: World | undefined;

/** Who is running: an invocation's code carries it through every await. */
export const running = new AsyncLocalStorage<Actor>();

/** Makes `world` the one that the globals answer for. */
export function enter(world: World | undefined): void {
  current = world;
}

const RealDate = real.Date;

function VirtualDate(...parts: unknown[]): Date | string {
  const now = current?.now();
  if (new.target === undefined) return new RealDate(now ?? RealDate.now()).toString();
  const given = parts.length === 0 && now !== undefined ? [now] : parts;
  return Reflect.construct(RealDate, given, new.target === VirtualDate ? RealDate : new.target);
}
VirtualDate.prototype = RealDate.prototype;
VirtualDate.now = () => current?.now() ?? RealDate.now();
VirtualDate.parse = RealDate.parse;
VirtualDate.UTC = RealDate.UTC;

/** What `setTimeout` returns in a world: enough of Node's Timeout for libraries that call its methods. */
interface VirtualTimer {
  cancel: () => void;
  ref(): VirtualTimer;
  unref(): VirtualTimer;
  hasRef(): boolean;
  [Symbol.toPrimitive](): number;
}

let timerNumber = 0;
const byNumber = new Map<number, VirtualTimer>();

function virtualTimer(world: World, milliseconds: number, run: () => void, again: boolean): VirtualTimer {
  const actor = running.getStore();
  timerNumber += 1;
  const number = timerNumber;
  const wait = Number.isFinite(milliseconds) ? Math.max(1, milliseconds) : 1;
  let stop: () => void = () => {};
  const arm = () => {
    if (actor !== undefined) actor.waiting += 1;
    const cancel = world.after(wait, 'a timer of a library', () => {
      release();
      if (again) arm();
      else byNumber.delete(number);
      if (actor?.open === false) return;
      run();
    });
    let released = false;
    const release = () => {
      if (!released && actor !== undefined) actor.waiting -= 1;
      released = true;
    };
    stop = () => {
      cancel();
      release();
      byNumber.delete(number);
    };
  };
  arm();
  const timer: VirtualTimer = {
    cancel: () => stop(),
    ref: () => timer,
    unref: () => timer,
    hasRef: () => true,
    [Symbol.toPrimitive]: () => number,
  };
  byNumber.set(number, timer);
  return timer;
}

function setVirtual(original: typeof setTimeout, again: boolean) {
  return (run: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) =>
    current === undefined
      ? original(run, milliseconds, ...given)
      : virtualTimer(current, milliseconds, () => run(...given), again);
}

function clearVirtual(original: (timer: never) => void) {
  return (timer: unknown) => {
    if (typeof timer === 'object' && timer !== null && 'cancel' in timer) (timer as VirtualTimer).cancel();
    else if (typeof timer === 'number' && byNumber.has(timer)) byNumber.get(timer)?.cancel();
    else original(timer as never);
  };
}

const replaced = {
  setTimeout: setVirtual(real.setTimeout, false),
  setInterval: setVirtual(real.setInterval as unknown as typeof setTimeout, true),
  clearTimeout: clearVirtual(real.clearTimeout),
  clearInterval: clearVirtual(real.clearInterval),
};
Object.assign(globalThis, replaced, { Date: VirtualDate });
Object.assign(timers, replaced);

Math.random = () => (current === undefined ? real.random() : current.chance.number());
const realUuid = crypto.randomUUID.bind(crypto);
const virtualUuid = () => (current === undefined ? realUuid() : (current.chance.uuid() as ReturnType<typeof realUuid>));
crypto.randomUUID = virtualUuid;
globalThis.crypto.randomUUID = virtualUuid;
syncBuiltinESMExports();
