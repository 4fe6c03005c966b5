import type { Registry } from 'prom-client';

type Labels = Readonly<Record<string, readonly string[]>>;

/** Values of a metric as it tells them now, those whose labels are among the given ones; none when there is no such metric. */
export async function metricValues(registry: Registry, name: string, labels: Labels = {}): Promise<number[]> {
  const found = await registry.getSingleMetric(name)?.get();
  return (found?.values ?? [])
    .filter((value) =>
      Object.entries(labels).every(([label, among]) => among.includes(String(value.labels[label]))),
    )
    .map(({ value }) => value);
}

/** Their sum; 0 for none. */
export async function metricSum(registry: Registry, name: string, labels: Labels = {}): Promise<number> {
  return (await metricValues(registry, name, labels)).reduce((sum, value) => sum + value, 0);
}

/** Observations up to each bound of a histogram without labels, by bound; none when there is no such metric. */
export async function histogramCounts(
  registry: Registry,
  name: string,
): Promise<ReadonlyMap<number, number>> {
  const found = await registry.getSingleMetric(name)?.get();
  return new Map(
    (found?.values ?? []).flatMap(({ labels, value }) =>
      'le' in labels ? [[labels.le === '+Inf' ? Infinity : Number(labels.le), value] as const] : [],
    ),
  );
}
