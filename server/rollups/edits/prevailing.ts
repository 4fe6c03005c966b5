import type { PassEdit } from '../../../store/rollups/pass-edits.js';

/** Instants that one edit decides about: the first one, and the first one after them; ms since 1970 UTC. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly edit: PassEdit;
}

/** Which edit decides when: the one with the greatest id of those that are about an instant. In the order of time, none twice. */
export function prevailing(edits: readonly PassEdit[]): Stretch[] {
  const begins = [...edits].sort((a, b) => a.fromMs - b.fromMs);
  const edges = [...new Set(edits.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  let open: PassEdit[] = [];
  let next = 0;
  edges.forEach((fromMs, index) => {
    const toMs = edges[index + 1];
    if (toMs === undefined) return;
    open = open.filter((edit) => edit.toMs > fromMs);
    for (let edit = begins[next]; edit !== undefined && edit.fromMs <= fromMs; edit = begins[next]) {
      open.push(edit);
      next += 1;
    }
    const [first, ...others] = open;
    if (first === undefined) return;
    const edit = others.reduce((latest, other) => (other.id > latest.id ? other : latest), first);
    stretches.push({ fromMs, toMs, edit });
  });
  return stretches;
}
