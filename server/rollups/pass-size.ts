/** Readings that a pass may look at: some 30 MB, and less than a second. */
const READINGS = 100_000;
const FEWEST = 100;
const MOST = 1_000_000;

/** Finds how many buckets a pass can take, since nothing tells beforehand how many readings they have. */
export class PassSize {
  private size = 20_000;

  /** Of the next pass. */
  get buckets(): number {
    return this.size;
  }

  /** After a pass that was not over all that is marked, or looked at too many. */
  learn({ readings, later }: { readonly readings: number; readonly later: number }): void {
    if (readings > READINGS) this.size = Math.max(FEWEST, Math.floor(this.size / 2));
    else if (later > 0 && readings < READINGS / 4) this.size = Math.min(MOST, this.size * 2);
  }
}
