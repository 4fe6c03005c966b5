import { INSTALLATION, PODS, quantiles, rateBy, type DashboardSpec } from './dashboard-spec.js';

export const LOG: DashboardSpec = {
  name: 'log',
  title: 'Message log',
  description: 'Where acknowledged messages are durable: writing, lag, partitions.',
  role: null,
  rows: [
    {
      title: 'Writing',
      panels: [
        {
          title: 'Messages',
          description: 'Given to the log and taken from it, by outcome. unavailable is what it refused.',
          unit: 'ops',
          queries: [{ expr: rateBy('outcome', 'meterpulse_log_messages_total'), legend: '{{outcome}}' }],
          alerts: ['LogUnavailable'],
        },
        {
          title: 'Time to be durable',
          description: 'Of a write to the log.',
          unit: 's',
          queries: quantiles('meterpulse_log_publish_seconds'),
          alerts: ['AcknowledgementsSlow'],
        },
      ],
    },
    {
      title: 'Lag',
      panels: [
        {
          title: 'Waiting on the log',
          description: 'Messages that are not stored yet, by partition.',
          unit: 'short',
          queries: [
            { expr: `sum by (partition) (meterpulse_log_lag_messages{${PODS}})`, legend: '{{partition}}' },
          ],
          isStacked: true,
          alerts: ['LagGrows', 'StoringStopped'],
        },
        {
          title: 'Slope of the lag',
          description:
            'Messages a second by which it grows over a quarter of an hour; below nothing it falls.',
          unit: 'short',
          queries: [
            { expr: `deriv(meterpulse:log_lag_messages:sum{${INSTALLATION}}[15m])`, legend: '{{namespace}}' },
          ],
          alerts: ['LagGrows'],
        },
      ],
    },
    {
      title: 'Partitions',
      panels: [
        {
          title: 'Owned partitions',
          description: 'By worker. Together they have to come to those of the log.',
          unit: 'short',
          queries: [
            { expr: `sum by (pod) (meterpulse_worker_partitions{${PODS}})`, legend: '{{pod}}' },
            { expr: `max(meterpulse_log_partitions{${INSTALLATION}})`, legend: 'of the log' },
          ],
          alerts: ['PartitionsUnowned'],
        },
        {
          title: 'Claimed anew',
          description:
            'Times that a worker claimed partitions anew without the group having asked for it, by reason; and partitions lost to another one.',
          unit: 'ops',
          queries: [
            { expr: rateBy('reason', 'meterpulse_log_rejoins_total'), legend: '{{reason}}' },
            { expr: rateBy('pod', 'meterpulse_worker_ownership_lost_total'), legend: '{{pod}} lost' },
          ],
          alerts: ['PartitionsMove'],
        },
      ],
    },
  ],
};
