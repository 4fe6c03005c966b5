import { INSTALLATION, PODS, PROCESS_ROW, type DashboardSpec } from './dashboard-spec.js';

export const OVERVIEW: DashboardSpec = {
  name: 'overview',
  title: 'Overview',
  description: 'Whether the promises are kept, and where to look when they are not.',
  role: null,
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Charge points connected',
          description: 'Open sockets of all gateways.',
          unit: 'short',
          queries: [{ expr: `sum(meterpulse:gateway_connections:sum{${INSTALLATION}})`, legend: '' }],
          isFigure: true,
        },
        {
          title: 'Messages a second',
          description: 'What charge points send and the log takes.',
          unit: 'ops',
          queries: [
            {
              expr: `sum(meterpulse:gateway_messages:rate5m{${INSTALLATION}, outcome=~"accepted|rejected"})`,
              legend: '',
            },
          ],
          isFigure: true,
        },
        {
          title: 'Readings a second',
          description: 'Rows that workers add to the table.',
          unit: 'ops',
          queries: [
            { expr: `sum(meterpulse:worker_readings:rate5m{${INSTALLATION}, outcome="stored"})`, legend: '' },
          ],
          isFigure: true,
        },
        {
          title: 'Waiting on the log',
          description: 'Messages that are acknowledged and not stored yet.',
          unit: 'short',
          queries: [{ expr: `sum(meterpulse:log_lag_messages:sum{${INSTALLATION}})`, legend: '' }],
          isFigure: true,
          red: 5000,
          alerts: ['LagGrows', 'StoringStopped'],
        },
        {
          title: 'Oldest waits for',
          description: 'Age of the oldest message that a worker holds. The promise is ten seconds.',
          unit: 's',
          queries: [{ expr: `max(meterpulse:worker_oldest_seconds:max{${INSTALLATION}})`, legend: '' }],
          isFigure: true,
          red: 10,
          alerts: ['ReadingsStoredLate'],
        },
        {
          title: 'Alerts firing',
          description: 'Alerts of ours that fire now.',
          unit: 'short',
          queries: [
            {
              expr: 'count(ALERTS{alertname=~"Meterpulse.+", alertstate="firing"}) or vector(0)',
              legend: '',
            },
          ],
          isFigure: true,
          red: 1,
        },
      ],
    },
    {
      title: 'Objectives',
      panels: [
        {
          title: 'Errors over an hour',
          description: 'Share of what was bad in the last hour, by objective.',
          unit: 'percentunit',
          queries: [{ expr: `meterpulse:slo_errors:ratio1h{${INSTALLATION}}`, legend: '{{slo}}' }],
          alerts: ['ErrorBudgetBurnsFast'],
        },
        {
          title: 'Burn rate',
          description:
            'How many times faster than allowed the error budget goes, over one hour and over a day. Above 14.4, and 3, it alerts.',
          unit: 'short',
          queries: [
            {
              expr: `meterpulse:slo_errors:ratio1h{${INSTALLATION}} / on (slo) group_left () meterpulse:slo_budget:ratio`,
              legend: '{{slo}}, an hour',
            },
            {
              expr: `meterpulse:slo_errors:ratio1d{${INSTALLATION}} / on (slo) group_left () meterpulse:slo_budget:ratio`,
              legend: '{{slo}}, a day',
            },
          ],
          red: 14.4,
          alerts: ['ErrorBudgetBurnsFast', 'ErrorBudgetBurnsSlowly'],
        },
      ],
    },
    {
      title: 'The way of readings',
      panels: [
        {
          title: 'Messages by outcome',
          description: 'At the gateway. retry is what it could not take.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (outcome) (meterpulse:gateway_messages:rate5m{${INSTALLATION}})`,
              legend: '{{outcome}}',
            },
          ],
          isStacked: true,
          alerts: ['GatewayRefuses', 'InvalidMessages'],
        },
        {
          title: 'Readings by outcome',
          description: 'At the worker. rejected ones are in quarantine.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (outcome) (meterpulse:worker_readings:rate5m{${INSTALLATION}})`,
              legend: '{{outcome}}',
            },
          ],
          isStacked: true,
          alerts: ['ReadingsQuarantined', 'ReadingsConflict'],
        },
        {
          title: 'Time to an acknowledgement, and to a row',
          description: '99 of 100 take no longer: from a frame to its answer, and from there to the commit.',
          unit: 's',
          queries: [
            { expr: `max(meterpulse:gateway_ack_seconds:p99_5m{${INSTALLATION}})`, legend: 'acknowledged' },
            { expr: `max(meterpulse:worker_stored_age_seconds:p99_5m{${INSTALLATION}})`, legend: 'stored' },
          ],
          alerts: ['AcknowledgementsSlow', 'ReadingsStoredLate'],
        },
        {
          title: 'Time to an answer, and to a subscriber',
          description:
            '99 of 100 take no longer: requests to the API, and changes on their way to subscribers.',
          unit: 's',
          queries: [
            { expr: `max(meterpulse:api_request_seconds:p99_5m{${INSTALLATION}})`, legend: 'API' },
            { expr: `max(meterpulse:feed_delivery_seconds:p99_5m{${INSTALLATION}})`, legend: 'live feed' },
          ],
          alerts: ['LiveDeliverySlow'],
        },
      ],
    },
    {
      title: 'Roles',
      panels: [
        {
          title: 'Targets up',
          description: 'Pods by role that answer Prometheus.',
          unit: 'short',
          queries: [{ expr: `sum by (job) (up{${PODS}, job=~"meterpulse-.+"})`, legend: '{{job}}' }],
          alerts: ['TargetDown', 'RoleDown', 'RoleAbsent'],
        },
        {
          title: 'Versions',
          description: 'Pods by version: two while an update goes on.',
          unit: 'short',
          queries: [{ expr: `count by (version) (meterpulse_build_info{${PODS}})`, legend: '{{version}}' }],
          isStacked: true,
          alerts: ['VersionsDiffer'],
        },
      ],
    },
    PROCESS_ROW,
  ],
};
