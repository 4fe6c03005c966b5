/** Of `series.shard`. */
export const SHARDS = 16;

/** Charge points share so many versions of each day: the more, the longer an answer about one of them stays true. A power of 2. */
export const SLOTS = 1_024;

/** Scope, in `rollup_versions`, of a charge point by its id, an SQL expression. Scopes below are shards. */
export const slotScope = (id: string): string => `(${SLOTS} + (hashtext(${id}) & ${SLOTS - 1}))::smallint`;

export const shardScope = (id: string): string => `(hashtext(${id}) & ${SHARDS - 1})::smallint`;
