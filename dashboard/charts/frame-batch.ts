/**
 * Collects what comes in and hands it over once in a frame, however much it was. While nothing is drawn (a tab in the
 * background), the browser asks for no frame: then a timer does, since what is collected must not grow for hours.
 */
export class FrameBatch<Item> {
  #items: Item[] = [];
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly handle: (items: readonly Item[]) => void,
    private readonly frames: Frames = browserFrames,
  ) {}

  add(item: Item): void {
    this.#items.push(item);
    this.#frame ??= this.frames.request(() => this.flush());
    this.#timer ??= setTimeout(() => this.flush(), BACKGROUND_MS);
  }

  /** Hands over now what there is. */
  flush(): void {
    this.#cancel();
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    this.handle(items);
  }

  /** What is collected is dropped. */
  close(): void {
    this.#cancel();
    this.#items = [];
  }

  #cancel(): void {
    if (this.#frame !== null) this.frames.cancel(this.#frame);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#frame = this.#timer = null;
  }
}

const BACKGROUND_MS = 1_000;

export interface Frames {
  readonly request: (callback: () => void) => number;
  readonly cancel: (id: number) => void;
}

const browserFrames: Frames = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (id) => cancelAnimationFrame(id),
};
