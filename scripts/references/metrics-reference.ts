import { code, page, table } from './markdown.js';
import { ROLE_METRICS, type DocumentedMetric } from './role-metrics.js';

interface Row extends DocumentedMetric {
  readonly roles: readonly string[];
}

const TITLES: Readonly<Record<string, string>> = {
  build: 'Every role',
  rollups: 'Aggregates',
  gateway: 'Gateway',
  log: 'Message log',
  worker: 'Worker',
  store: 'Store',
  feed: 'Change feed',
  pool: 'Database connections',
  api: 'REST API',
  live: 'Live',
  replica: 'Read replicas',
};

/** The page `docs/metrics.md`, made from the registries of the roles. */
export async function metricsReference(): Promise<string> {
  const rows = await allMetrics();
  const rooms = [...new Set(rows.map(roomOf))];
  return page(
    '# Metrics',
    'What each role tells at `/metrics` of its admin port ([operations](operations.md#health-and-metrics)). This page is generated from the registries\n' +
      'that the roles fill, by `npm run docs`; a test fails when it differs. Role `all` has them all. Beside these there are those of\n' +
      'the process and of Node itself: `meterpulse_process_*` and `meterpulse_nodejs_*`.',
    'A histogram `x` is read as `x_bucket{le="..."}`, `x_sum` and `x_count`. Times are in seconds, sizes in bytes.',
    ...rooms.map(
      (room) => `## ${TITLES[room] ?? room}\n\n${tableOf(rows.filter((row) => roomOf(row) === room))}`,
    ),
  );
}

async function allMetrics(): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const [role, metrics] of Object.entries(ROLE_METRICS)) {
    for (const metric of await metrics()) {
      const known = rows.get(metric.name);
      rows.set(metric.name, { ...metric, roles: [...(known?.roles ?? []), role] });
    }
  }
  return [...rows.values()];
}

/** `meterpulse_worker_flush_rows` is of the worker. */
function roomOf({ name }: Row): string {
  return name.split('_')[1] ?? '';
}

function tableOf(rows: readonly Row[]): string {
  return table(
    ['metric', 'type', 'labels', 'roles', 'meaning'],
    rows.map(({ name, type, labels, roles, help }) => [
      code(name),
      type,
      labels.map(code).join(', '),
      roles.join(', '),
      help,
    ]),
  );
}
