import { INSTALLATION, PODS, PROCESS_ROW, quantiles, rateBy, type DashboardSpec } from './dashboard-spec.js';

export const WORKER: DashboardSpec = {
  name: 'worker',
  title: 'Worker',
  description: 'From the log to the table: batches, flushes, what became of readings.',
  role: 'worker',
  rows: [
    {
      title: 'Storing',
      panels: [
        {
          title: 'Readings',
          description: 'By what became of them.',
          unit: 'ops',
          queries: [{ expr: rateBy('outcome', 'meterpulse_worker_readings_total'), legend: '{{outcome}}' }],
          isStacked: true,
          alerts: ['ReadingsQuarantined', 'ReadingsConflict'],
        },
        {
          title: 'Messages',
          description: 'Taken from the log, by what became of them.',
          unit: 'ops',
          queries: [{ expr: rateBy('outcome', 'meterpulse_worker_messages_total'), legend: '{{outcome}}' }],
          isStacked: true,
          alerts: ['StoringStopped'],
        },
        {
          title: 'Age at the commit',
          description:
            'From the arrival of the oldest message of a flush at the gateway. The promise is ten seconds.',
          unit: 's',
          queries: quantiles('meterpulse_worker_stored_age_seconds'),
          red: 10,
          alerts: ['ReadingsStoredLate'],
        },
        {
          title: 'Oldest that waits',
          description: 'Age of the oldest message that a worker holds, by pod.',
          unit: 's',
          queries: [{ expr: `max by (pod) (meterpulse_worker_oldest_seconds{${PODS}})`, legend: '{{pod}}' }],
          red: 60,
          alerts: ['ReadingsStoredLate'],
        },
      ],
    },
    {
      title: 'Flushes',
      panels: [
        {
          title: 'Time of a flush',
          description: 'From handing a batch to the sink to its commit, retries included.',
          unit: 's',
          queries: quantiles('meterpulse_worker_flush_seconds'),
        },
        {
          title: 'Rows of a flush',
          description: 'Readings and rejects.',
          unit: 'short',
          queries: quantiles('meterpulse_worker_flush_rows'),
        },
        {
          title: 'Flushes by cause',
          description: 'idle: the sink was; size; interval: the oldest had waited that long; stop.',
          unit: 'ops',
          queries: [{ expr: rateBy('reason', 'meterpulse_worker_flush_reason_total'), legend: '{{reason}}' }],
          isStacked: true,
        },
        {
          title: 'Failures',
          description: 'Flushes that the database refused and that are tried again, by its code.',
          unit: 'ops',
          queries: [{ expr: rateBy('code', 'meterpulse_worker_flush_failures_total'), legend: '{{code}}' }],
          alerts: ['FlushesFail'],
        },
        {
          title: 'Held rows',
          description: 'Waiting or in flight, by pod.',
          unit: 'short',
          queries: [{ expr: `sum by (pod) (meterpulse_worker_buffer_rows{${PODS}})`, legend: '{{pod}}' }],
        },
      ],
    },
    {
      title: 'Accounting',
      panels: [
        {
          title: 'Messages without an outcome',
          description: 'Counters of the log that do not add up. Anything but 0 is a fault.',
          unit: 'short',
          queries: [
            { expr: `max(meterpulse_store_unaccounted_messages{${INSTALLATION}})`, legend: 'unaccounted' },
          ],
          red: 1,
          alerts: ['MessagesUnaccounted'],
        },
        {
          title: 'Missing readings',
          description: 'Stored, counted, and not in the tables any more. Anything but 0 is a loss.',
          unit: 'short',
          queries: [
            {
              expr: `max(meterpulse_accounting_missing_readings{${INSTALLATION}})`,
              legend: 'missing',
            },
          ],
          red: 1,
          alerts: ['ReadingsMissing'],
        },
        {
          title: 'Accounting',
          description:
            'Since the readings of a day were held against what was stored: of any, and of the one longest ago.',
          unit: 's',
          queries: [
            {
              expr: `max(meterpulse_accounting_newest_check_seconds{${INSTALLATION}})`,
              legend: 'newest look',
            },
            {
              expr: `max(meterpulse_accounting_oldest_check_seconds{${INSTALLATION}})`,
              legend: 'oldest look',
            },
          ],
          alerts: ['AccountingStands'],
        },
      ],
    },
    PROCESS_ROW,
  ],
};
