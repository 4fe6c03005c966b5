import { z } from 'zod';
import { buildDashboard } from './build-dashboard.js';
import type { DashboardSpec } from './dashboard-spec.js';

const list = z.array(z.looseObject({ type: z.string(), query: z.unknown() }));

/** What the variables of a dashboard ask Prometheus for: the selector within `label_values(selector, label)`. */
export function variableQueries(dashboard: DashboardSpec): string[] {
  return list
    .parse(buildDashboard(dashboard).templating.list)
    .filter(({ type }) => type === 'query')
    .map(({ query }) => {
      const text = z.object({ query: z.string() }).parse(query).query;
      const selector = /^label_values\((.+), \w+\)$/.exec(text)?.[1];
      if (selector === undefined) throw new Error(`no label_values: ${text}`);
      return selector;
    });
}
