/** Counters by the value of a label, looked up once: the hot path touches no label maps. */
export type CountersBy<Value extends string> = Readonly<Record<Value, { inc(count?: number): void }>>;

/** Each stands at 0 from the start: of a series that begins at 1, Prometheus sees no increase. */
export function countersBy<Value extends string>(
  values: readonly Value[],
  resolve: (value: Value) => { inc(count?: number): void },
): CountersBy<Value> {
  const standing = values.map((value) => {
    const counter = resolve(value);
    counter.inc(0);
    return [value, counter] as const;
  });
  return Object.fromEntries(standing) as CountersBy<Value>;
}
