import type { LiveChargePoint } from '../../../client/live/index.js';

type Rows = readonly LiveChargePoint[];
type ById = ReadonlyMap<string, LiveChargePoint>;

/** From as many changes on all rows are sorted anew, instead of each being put to its place. */
const MANY = 200;

/** By id, as the API orders them. */
export function sortedChargePoints(byId: ById): Rows {
  return [...byId.values()].sort((a, b) => compare(a.id, b.id));
}

/** `rows` after what is named in `changed` has come, changed or gone. A new list, whose other rows are the same objects. */
export function withChanges(rows: Rows, byId: ById, changed: ReadonlySet<string>): Rows {
  if (changed.size > MANY) return sortedChargePoints(byId);
  const next = [...rows];
  for (const id of changed) {
    const at = placeOf(next, id);
    const isThere = next[at]?.id === id;
    const row = byId.get(id);
    if (row === undefined) next.splice(at, isThere ? 1 : 0);
    else next.splice(at, isThere ? 1 : 0, row);
  }
  return next;
}

/** Index of the first row that isn't before `id`. */
function placeOf(rows: Rows, id: string): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(rows[middle]?.id ?? '', id) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
