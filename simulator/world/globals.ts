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
  // Nearly every date is made of one number or text.
  if (parts.length === 1 && new.target === VirtualDate) return new RealDate(parts[0] as number | string | Date);
  const now = current?.now();
  if (new.target === undefined) return new RealDate(now ?? RealDate.now()).toString();
  const given = parts.length === 0 && now !== undefined ? [now] : parts;
  return Reflect.construct(RealDate, given, new.target === VirtualDate ? RealDate : new.target);
}
VirtualDate.prototype = RealDate.prototype;
VirtualDate.now = () => current?.now() ?? RealDate.now();
VirtualDate.parse = RealDate.parse;
VirtualDate.UTC = RealDate.UTC;

let timerNumber = 0;
const byNumber = new Map<number, VirtualTimer>();

/** What `setTimeout` returns in a world: enough of Node's Timeout for libraries that call its methods. */
class VirtualTimer {
  readonly #number: number;
  readonly #world: World;
  readonly #wait: number;
  readonly #run: () => void;
  readonly #again: boolean;
  readonly #actor = running.getStore();
  #isArmed = false;
  #stop: () => void = () => {};

  constructor(world: World, milliseconds: number, run: () => void, again: boolean) {
    timerNumber += 1;
    this.#number = timerNumber;
    this.#world = world;
    this.#wait = Number.isFinite(milliseconds) ? Math.max(1, milliseconds) : 1;
    this.#run = run;
    this.#again = again;
    byNumber.set(timerNumber, this);
    this.#arm();
  }

  #arm(): void {
    this.#isArmed = true;
    if (this.#actor !== undefined) this.#actor.waiting += 1;
    this.#stop = this.#world.after(this.#wait, 'a timer of a library', () => this.#fire());
  }

  #release(): void {
    if (this.#isArmed && this.#actor !== undefined) this.#actor.waiting -= 1;
    this.#isArmed = false;
  }

  #fire(): void {
    this.#release();
    if (this.#again) this.#arm();
    else byNumber.delete(this.#number);
    if (this.#actor?.open !== false) this.#run();
  }

  cancel(): void {
    this.#stop();
    this.#release();
    byNumber.delete(this.#number);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.toPrimitive](): number {
    return this.#number;
  }
}

function setVirtual(original: typeof setTimeout, again: boolean) {
  return (run: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) =>
    current === undefined
      ? original(run, milliseconds, ...given)
      : new VirtualTimer(current, milliseconds, () => run(...given), again);
}

function clearVirtual(original: (timer: never) => void) {
  return (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.cancel();
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
const virtualUuid = () =>
  current === undefined ? realUuid() : (current.chanceOfLibraries.uuid() as ReturnType<typeof realUuid>);
crypto.randomUUID = virtualUuid;
globalThis.crypto.randomUUID = virtualUuid;
syncBuiltinESMExports();
