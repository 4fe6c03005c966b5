import type { KnownMetric } from './known-metric.js';

/** Every metric in rules and dashboards that the roles do not tell themselves, below who tells it. */
export const EXTERNAL_METRICS: Readonly<Record<string, KnownMetric>> = {
  // Prometheus itself: whether a target answered its last scrape; a series for each alert that is pending or firing.
  up: { labels: [], values: {} },
  ALERTS: {
    labels: ['alertname', 'alertstate', 'severity'],
    values: { alertstate: ['pending', 'firing'], severity: ['critical', 'warning'] },
  },
  // cert-manager, its controller at :9402/metrics.
  certmanager_certificate_expiration_timestamp_seconds: {
    labels: ['name', 'exported_namespace'],
    values: {},
  },
  certmanager_certificate_ready_status: {
    labels: ['name', 'exported_namespace', 'condition'],
    values: { condition: ['True', 'False', 'Unknown'] },
  },
  // The kubelet, as kube-prometheus-stack scrapes it.
  kubelet_volume_stats_available_bytes: { labels: ['persistentvolumeclaim'], values: {} },
  kubelet_volume_stats_capacity_bytes: { labels: ['persistentvolumeclaim'], values: {} },
  // The blackbox exporter, where it probes the door of the chargers.
  probe_ssl_earliest_cert_expiry: { labels: [], values: {} },
};
