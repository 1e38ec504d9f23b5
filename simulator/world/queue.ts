/** Something that happens in the world at an instant. */
export interface Happening {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Decides between happenings of one instant; drawn from the seed. */
  readonly draw: number;
  readonly sequence: number;
  readonly what: string;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
}

/** A queue ordered by instant, then by the seed's draw, then by arrival: a binary heap. */
export class Queue {
  readonly #heap: Happening[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): Happening | undefined {
    return this.#heap[0];
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

  take(): Happening | undefined {
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
