const PER_SECOND = 20;
const AT_ONCE = 200;

/** How many messages and pings a client may send: 20 a second, 200 at once. */
export class ClientRate {
  private left = AT_ONCE;

  /** @param at monotonic, ms, as in {@link allows}. */
  constructor(private at: number) {}

  /** Whether one more is allowed; counts it then. */
  allows(now: number): boolean {
    this.left = Math.min(AT_ONCE, this.left + ((now - this.at) / 1_000) * PER_SECOND);
    this.at = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
