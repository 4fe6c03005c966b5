import type { KnownMetric } from './known-metric.js';

/** Who tells a metric that is none of ours. */
export interface ExternalMetric extends KnownMetric {
  readonly from: string;
}

const external = (
  from: string,
  labels: readonly string[],
  values: KnownMetric['values'] = {},
): ExternalMetric => ({ from, labels, values });

const CERT_MANAGER = 'cert-manager, its controller at :9402/metrics';
const KUBELET = 'the kubelet, as kube-prometheus-stack scrapes it';

/** Every metric in rules and dashboards that the roles do not tell themselves. */
export const EXTERNAL_METRICS: Readonly<Record<string, ExternalMetric>> = {
  up: external('Prometheus itself: whether a target answered its last scrape', []),
  ALERTS: external(
    'Prometheus itself: a series for each alert that is pending or firing',
    ['alertname', 'alertstate', 'severity'],
    { alertstate: ['pending', 'firing'], severity: ['critical', 'warning'] },
  ),
  certmanager_certificate_expiration_timestamp_seconds: external(CERT_MANAGER, [
    'name',
    'exported_namespace',
  ]),
  certmanager_certificate_ready_status: external(CERT_MANAGER, ['name', 'exported_namespace', 'condition'], {
    condition: ['True', 'False', 'Unknown'],
  }),
  kubelet_volume_stats_available_bytes: external(KUBELET, ['persistentvolumeclaim']),
  kubelet_volume_stats_capacity_bytes: external(KUBELET, ['persistentvolumeclaim']),
  probe_ssl_earliest_cert_expiry: external(
    'the blackbox exporter, where it probes the door of the chargers',
    [],
  ),
};
