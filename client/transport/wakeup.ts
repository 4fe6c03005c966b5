/** Longer timers fire at once in Node. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Lets one loop sleep until something happens or a time has passed. What happens while it is awake isn't lost. */
export class Wakeup {
  #pending = false;
  #wake: (() => void) | undefined;

  notify(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Resolves at the next {@link notify}, at once if there was one since the last wait, or after `ms` (may be Infinity). */
  async wait(ms: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(ms)
          ? setTimeout(resolve, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS))
          : undefined;
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#pending = false;
  }
}
