import { AggregatorRegistry } from 'prom-client';
import type { MetricsJson } from './ipc.js';

/** Adds up the metrics of several processes as the Prometheus text of one. */
export async function aggregateText(parts: readonly MetricsJson[]): Promise<string> {
  return AggregatorRegistry.aggregate([...parts]).metrics();
}

/**
 * What remains of a process that ended: its counters and histograms, added to those of the ones before it. Without them
 * the sums would fall with each restart, and a rate over them would show a burst that never was.
 */
export async function retire(retired: MetricsJson, ended: MetricsJson): Promise<MetricsJson> {
  // prom-client's JSON has the type's name, whatever its declared type (an enum of numbers) says.
  const lasting = ended.filter((metric) => ['counter', 'histogram'].includes(String(metric.type)));
  return AggregatorRegistry.aggregate([retired, lasting]).getMetricsAsJSON();
}
