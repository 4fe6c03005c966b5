/**
 * For statements whose joins are written in the order in which each row leads to few of the next: nested loops over indexes,
 * until the transaction ends. Days that were never analysed look tiny to the planner, which then prefers to scan them whole.
 */
export const PLAN_AS_WRITTEN = [
  'set local join_collapse_limit = 1',
  ...['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'].map((way) => `set local enable_${way} = off`),
].join('; ');
