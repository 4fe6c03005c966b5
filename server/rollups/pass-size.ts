import { SHARDS } from '../../store/rollups/shards.js';

/** Readings that a pass may look at: some 30 MB, and less than a second. */
const READINGS = 100_000;
const FEWEST = 100;
const MOST = 1_000_000;

/** Finds how many buckets, of how many shards, a pass can take, since nothing tells beforehand how many readings they have. */
export class PassSize {
  private size = 20_000;
  private shardCount = 1;

  /** Of the next pass. */
  get buckets(): number {
    return this.size;
  }

  /** Of the next pass. Its statements cost the same for one shard as for all: while little is marked, it takes many. */
  get shards(): number {
    return this.shardCount;
  }

  /** After a pass that was not over all that is marked, or looked at too many. */
  learn({ readings, later }: { readonly readings: number; readonly later: number }): void {
    if (readings > READINGS / 4 || later > 0) this.shardCount = Math.max(1, this.shardCount / 2);
    else if (readings < READINGS / 16) this.shardCount = Math.min(SHARDS, this.shardCount * 2);
    if (readings > READINGS) this.size = Math.max(FEWEST, Math.floor(this.size / 2));
    else if (later > 0 && readings < READINGS / 4) this.size = Math.min(MOST, this.size * 2);
  }
}
