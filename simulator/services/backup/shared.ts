import type { Lifecycle } from './state.ts';

/** Gives for each thing the first that was equal to it: what a million jobs and points say alike is kept once. */
export interface Shared {
  text(text: string): string;
  tags(tags: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
  lifecycle(lifecycle: Lifecycle): Lifecycle;
}

export function sharedThings(): Shared {
  const texts = new Map<string, string>();
  const things = new Map<string, unknown>();
  const first = <Thing>(text: string, thing: () => Thing): Thing => {
    if (!things.has(text)) things.set(text, thing());
    return things.get(text) as Thing;
  };
  return {
    text: (text) => {
      const known = texts.get(text);
      if (known === undefined) texts.set(text, text);
      return known ?? text;
    },
    tags: (tags) => first(`tags ${JSON.stringify([...tags])}`, () => new Map(tags)),
    lifecycle: (lifecycle) => first(`lifecycle ${JSON.stringify(lifecycle)}`, () => lifecycle),
  };
}
