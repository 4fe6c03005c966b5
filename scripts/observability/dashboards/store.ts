import { INSTALLATION, PODS, quantiles, rateBy, type DashboardSpec } from './dashboard-spec.js';

export const STORE: DashboardSpec = {
  name: 'store',
  title: 'Store',
  description:
    'The tables and what is kept up beside the readings: partitions, aggregates, change feed, replicas.',
  role: 'worker',
  rows: [
    {
      title: 'Readings',
      panels: [
        {
          title: 'Days of partitions ahead',
          description:
            'Days from tomorrow on whose partition stands. Below 1 readings of tomorrow have no place yet.',
          unit: 'short',
          queries: [{ expr: `min(meterpulse_store_partitions_ahead_days{${INSTALLATION}})`, legend: 'days' }],
          red: 1,
          below: true,
          alerts: ['PartitionsMissing'],
        },
        {
          title: 'Partitions',
          description: 'Day partitions in all, of PARTITIONS_MAX.',
          unit: 'short',
          queries: [{ expr: `max(meterpulse_store_partition_count{${INSTALLATION}})`, legend: 'partitions' }],
          alerts: ['PartitionsMissing'],
        },
        {
          title: 'Flushes with a known key',
          description:
            'In which a reading met a stored one of its key, and those begun again for one that was taken for new.',
          unit: 'ops',
          queries: [
            { expr: rateBy('namespace', 'meterpulse_store_classified_flushes_total'), legend: 'known' },
            { expr: rateBy('namespace', 'meterpulse_store_misjudged_flushes_total'), legend: 'begun again' },
          ],
        },
        {
          title: 'Flushes begun again',
          description: 'After a failure, by its kind.',
          unit: 'ops',
          queries: [{ expr: rateBy('failure', 'meterpulse_store_retries_total'), legend: '{{failure}}' }],
          alerts: ['FlushesFail'],
        },
        {
          title: 'Known by heart',
          description: 'Charge points whose series and transactions a worker knows.',
          unit: 'short',
          queries: [
            { expr: `sum by (pod) (meterpulse_store_charge_points_cached{${PODS}})`, legend: '{{pod}}' },
          ],
        },
        {
          title: 'Signed values',
          description: 'Stored beside the readings.',
          unit: 'ops',
          queries: [{ expr: rateBy('pod', 'meterpulse_store_signed_values_total'), legend: '{{pod}}' }],
        },
      ],
    },
    {
      title: 'Aggregates',
      panels: [
        {
          title: 'Behind the readings',
          description: 'Age of the oldest change that the aggregates do not have yet.',
          unit: 's',
          queries: [{ expr: `max(meterpulse_rollups_freshness_seconds{${INSTALLATION}})`, legend: 'behind' }],
          red: 300,
          alerts: ['AggregatesStale'],
        },
        {
          title: 'Marks to be worked off',
          description: 'Changes that the aggregates do not have yet.',
          unit: 'short',
          queries: [{ expr: `max(meterpulse_rollups_backlog_marks{${INSTALLATION}})`, legend: 'marks' }],
          alerts: ['AggregatesStale'],
        },
        {
          title: 'Time of a pass',
          description: 'To compute what was marked of a shard, and to commit it.',
          unit: 's',
          queries: quantiles('meterpulse_rollups_pass_seconds'),
        },
        {
          title: 'Work of the passes',
          description: 'Readings looked at, rows changed, and passes that failed.',
          unit: 'ops',
          queries: [
            { expr: rateBy('namespace', 'meterpulse_rollups_readings_total'), legend: 'readings' },
            { expr: rateBy('namespace', 'meterpulse_rollups_changed_rows_total'), legend: 'rows' },
            { expr: rateBy('namespace', 'meterpulse_rollups_failures_total'), legend: 'failures' },
          ],
          alerts: ['RollupsFail'],
        },
      ],
    },
    {
      title: 'Change feed',
      panels: [
        {
          title: 'Reaches back',
          description: 'Age of its oldest row, and what is asked for.',
          unit: 's',
          queries: [
            { expr: `max(meterpulse_feed_oldest_age_seconds{${INSTALLATION}})`, legend: 'oldest row' },
            {
              expr: `max(meterpulse_feed_retention_seconds{${INSTALLATION}})`,
              legend: 'FEED_RETENTION_HOURS',
            },
          ],
          alerts: ['FeedTooShort'],
        },
        {
          title: 'Size',
          description: 'On disk, and its limit.',
          unit: 'bytes',
          queries: [
            { expr: `max(meterpulse_feed_bytes{${INSTALLATION}})`, legend: 'feed' },
            { expr: `max(meterpulse_feed_max_bytes{${INSTALLATION}})`, legend: 'FEED_MAX_MB' },
          ],
          alerts: ['FeedHeld'],
        },
      ],
    },
    {
      title: 'Read replicas',
      panels: [
        {
          title: 'Fit',
          description: '1 while reads go to it; of the API that thinks worst of it.',
          unit: 'short',
          queries: [
            { expr: `min by (replica) (meterpulse_replica_fit{${INSTALLATION}})`, legend: '{{replica}}' },
          ],
          red: 1,
          below: true,
          alerts: ['ReplicaUnfit', 'NoReplicaFit'],
        },
        {
          title: 'Behind the primary',
          description: 'How old the replica is at most.',
          unit: 's',
          queries: [
            {
              expr: `max by (replica) (meterpulse_replica_lag_seconds{${INSTALLATION}})`,
              legend: '{{replica}}',
            },
          ],
          red: 30,
          alerts: ['ReplicaLags'],
        },
        {
          title: 'Reads',
          description: 'By where they ran.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (route) (rate(meterpulse_replica_reads_total{${INSTALLATION}}[$__rate_interval]))`,
              legend: '{{route}}',
            },
          ],
          isStacked: true,
          alerts: ['NoReplicaFit'],
        },
        {
          title: 'Run again elsewhere',
          description: 'Reads that failed on a replica, by cause.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (replica, cause) (rate(meterpulse_replica_failovers_total{${INSTALLATION}}[$__rate_interval]))`,
              legend: '{{replica}} {{cause}}',
            },
          ],
        },
      ],
    },
  ],
};
