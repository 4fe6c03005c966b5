/** What is due when: the earliest first, equal times in the order of coming. */
export class TimeHeap<T> {
  readonly #items: { readonly at: number; readonly order: number; readonly item: T }[] = [];
  #orders = 0;

  /** Infinity when there is nothing. */
  get nextAt(): number {
    return this.#items[0]?.at ?? Infinity;
  }

  push(at: number, item: T): void {
    const items = this.#items;
    let index = items.length;
    const added = { at, order: this.#orders++, item };
    items.push(added);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !isBefore(added, above)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = added;
  }

  pop(): T | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first?.item;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [items[child], items[child + 1]];
      if (left === undefined) break;
      const below = right !== undefined && isBefore(right, left) ? right : left;
      if (below === right) child++;
      if (!isBefore(below, last)) break;
      items[index] = below;
      index = child;
    }
    items[index] = last;
    return first.item;
  }
}

interface Due {
  readonly at: number;
  readonly order: number;
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
