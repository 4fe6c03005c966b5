import type { LogWindow, WindowRead } from './log-reader.js';

/** Windows of one partition on their way: which one is read, and how far. */
export class WindowQueue {
  private readonly done: WindowRead[] = [];
  private readonly rest: LogWindow[];
  private reached: number;
  private reachedMs: number | null = null;

  /** Empty windows count as read. */
  constructor(windows: readonly LogWindow[]) {
    this.rest = [...windows].sort((a, b) => a.from - b.from);
    this.reached = this.rest[0]?.from ?? 0;
    this.advance(this.reached);
  }

  /** The window that is read now; undefined: all are. */
  get current(): LogWindow | undefined {
    return this.rest[0];
  }

  /** Offset that is to be read next. */
  get position(): number {
    return this.reached;
  }

  /**
   * Everything below `offset` was read, or isn't there any more.
   *
   * @param loggedAtMs of the last record that was read.
   */
  advance(offset: number, loggedAtMs: number | null = this.reachedMs): void {
    this.reachedMs = loggedAtMs;
    for (let [window] = this.rest; window !== undefined && offset >= window.to; [window] = this.rest) {
      this.done.push({ ...window, reached: window.to, reachedMs: this.reachedMs });
      this.rest.shift();
      this.reachedMs = null;
    }
    this.reached = Math.max(offset, this.rest[0]?.from ?? offset);
  }

  /** How far each was read, now. */
  result(): WindowRead[] {
    const [current] = this.rest;
    return [
      ...this.done,
      ...this.rest.map((window) => ({
        ...window,
        reached: window === current ? this.reached : window.from,
        reachedMs: window === current ? this.reachedMs : null,
      })),
    ];
  }
}
