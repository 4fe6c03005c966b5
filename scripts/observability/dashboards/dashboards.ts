import { format } from 'prettier';
import { API } from './api.js';
import { GATEWAY } from './gateway.js';
import { LIVE } from './live.js';
import { LOG } from './log.js';
import { OVERVIEW } from './overview.js';
import { STORE } from './store.js';
import { WORKER } from './worker.js';
import { buildDashboard } from './build-dashboard.js';
import type { DashboardSpec } from './dashboard-spec.js';

export const DASHBOARD_FOLDER = 'observability/grafana/dashboards';

export const DASHBOARDS: readonly DashboardSpec[] = [OVERVIEW, GATEWAY, LOG, WORKER, STORE, API, LIVE];

/** The JSON of a dashboard, as its file has it. */
export async function dashboardFile(spec: DashboardSpec): Promise<string> {
  return format(JSON.stringify(buildDashboard(spec)), { parser: 'json', printWidth: 110 });
}
