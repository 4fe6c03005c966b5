/** Of `series.shard`. */
export const SHARDS = 16;
