/** Tells where a suite is, and how long it may take yet. */
export class Progress {
  readonly #startedAt: number;

  /**
   * @param expectedSeconds what a run of this size took before; null: not known.
   * @param now milliseconds of a clock that never goes back.
   */
  constructor(
    private readonly print: (line: string) => void,
    private readonly expectedSeconds: number | null,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#startedAt = now();
  }

  get seconds(): number {
    return (this.now() - this.#startedAt) / 1_000;
  }

  /** @param done share of the work that is done, 0 to 1, where the suite knows. */
  tell(text: string, done?: number): void {
    const left = this.#left(done);
    this.print(`${duration(this.seconds)} ${text}${left === null ? '' : ` (${left})`}`);
  }

  #left(done: number | undefined): string | null {
    if (done !== undefined && done > 0) {
      return done >= 1 ? null : `about ${duration((this.seconds / done) * (1 - done))} left`;
    }
    if (this.expectedSeconds === null) return null;
    const left = this.expectedSeconds - this.seconds;
    return left > 0 ? `about ${duration(left)} left` : 'longer than the last time';
  }
}

/** `4:05` of minutes, `1:04:05` of hours. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
