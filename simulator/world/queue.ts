/** Something that happens in the world at an instant. */
export interface Happening {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Decides between happenings of one instant; drawn from the seed. */
  readonly draw: number;
  readonly sequence: number;
  readonly what: string;
  /** Undefined once it was cancelled or has begun: what it would do is not kept until its instant. */
  run: (() => void | Promise<void>) | undefined;
}

/** Cancelled happenings stay in the heap until their instant comes, or until they are so many and most of it. */
const tidyFrom = 10_000;

/** A queue ordered by instant, then by the seed's draw, then by arrival: a binary heap. */
export class Queue {
  #heap: Happening[] = [];
  #cancelled = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The next that was not cancelled. */
  peek(): Happening | undefined {
    for (let next = this.#heap[0]; next !== undefined; next = this.#heap[0]) {
      if (next.run !== undefined) return next;
      this.#takeFirst();
      this.#cancelled -= 1;
    }
    return undefined;
  }

  add(happening: Happening): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(happening);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(happening, heap[parent] as Happening)) break;
      heap[index] = heap[parent] as Happening;
      index = parent;
    }
    heap[index] = happening;
  }

  cancel(happening: Happening): void {
    if (happening.run === undefined) return;
    happening.run = undefined;
    this.#cancelled += 1;
    if (this.#cancelled < tidyFrom || this.#cancelled * 2 < this.#heap.length) return;
    // A sorted array is a heap.
    this.#heap = this.#heap.filter(({ run }) => run !== undefined).sort((one, other) => (before(one, other) ? -1 : 1));
    this.#cancelled = 0;
  }

  /** The same, which is out of the queue then. */
  take(): Happening | undefined {
    return this.peek() && this.#takeFirst();
  }

  #takeFirst(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Happening, heap[child] as Happening)) child += 1;
      if (!before(heap[child] as Happening, last)) break;
      heap[index] = heap[child] as Happening;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function before(one: Happening, other: Happening): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (one.draw !== other.draw) return one.draw < other.draw;
  return one.sequence < other.sequence;
}
