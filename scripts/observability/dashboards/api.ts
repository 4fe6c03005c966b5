import { PODS, PROCESS_ROW, quantiles, rateBy, type DashboardSpec } from './dashboard-spec.js';

export const API: DashboardSpec = {
  name: 'api',
  title: 'API',
  description: 'What whoever asks gets: requests, errors, time, memory of answers.',
  role: 'api',
  rows: [
    {
      title: 'Requests',
      panels: [
        {
          title: 'Requests',
          description: 'Requests a second, by status.',
          unit: 'ops',
          queries: [
            { expr: rateBy('status', 'meterpulse_api_http_request_seconds_count'), legend: '{{status}}' },
          ],
          isStacked: true,
          alerts: ['ErrorBudgetBurnsFast'],
        },
        {
          title: 'Time to an answer',
          description: 'Of all requests. The promise is 100 ms for 99 of 100.',
          unit: 's',
          queries: quantiles('meterpulse_api_http_request_seconds'),
          red: 0.1,
          alerts: ['ErrorBudgetBurnsSlowly'],
        },
        {
          title: 'Slowest routes',
          description: '99 of 100 take no longer, for the ten slowest.',
          unit: 's',
          queries: [
            {
              expr: `topk(10, histogram_quantile(0.99, sum by (route, method, le) (rate(meterpulse_api_http_request_seconds_bucket{${PODS}}[$__rate_interval]))))`,
              legend: '{{method}} {{route}}',
            },
          ],
        },
        {
          title: 'Errors by route',
          description: 'Of ours: 5xx, and exports broken off.',
          unit: 'ops',
          queries: [
            {
              expr: rateBy(
                'route, status',
                'meterpulse_api_http_request_seconds_count',
                'status=~"5..|broken_off"',
              ),
              legend: '{{status}} {{route}}',
            },
          ],
          alerts: ['ErrorBudgetBurnsFast'],
        },
      ],
    },
    {
      title: 'Answers from memory and exports',
      panels: [
        {
          title: 'Requests to the memory of answers',
          description: 'By what became of them.',
          unit: 'ops',
          queries: [
            {
              expr: rateBy('resource, outcome', 'meterpulse_api_cache_requests_total'),
              legend: '{{resource}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Memory of answers',
          description: 'Of API_CACHE_MB, by pod.',
          unit: 'bytes',
          queries: [{ expr: `sum by (pod) (meterpulse_api_cache_bytes{${PODS}})`, legend: '{{pod}}' }],
        },
        {
          title: 'Exported rows',
          description: 'By route and format.',
          unit: 'ops',
          queries: [
            {
              expr: rateBy('route, format', 'meterpulse_api_exported_rows_total'),
              legend: '{{route}} {{format}}',
            },
          ],
        },
      ],
    },
    PROCESS_ROW,
  ],
};
