/** The one of `known` that was probably meant by `text`; undefined when none is near, or when several are equally so. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const wanted = text.toLowerCase();
  if (wanted.length < 2 || wanted.length > 60) return undefined;
  const begun = known.filter((name) => name.toLowerCase().startsWith(wanted));
  if (begun.length === 1) return begun[0];
  const allowed = wanted.length <= 4 ? 1 : 2;
  const near = known
    .map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance);
  return near[0] !== undefined && near[0].distance !== near[1]?.distance ? near[0].name : undefined;
}

/** Letters to add, drop, change or swap with their neighbour to make `b` of `a` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (before[j - 2] ?? 0) + 1
          : Infinity;
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed, swapped));
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
