/** Every page of the dashboard, by what stands behind `#/`. */
export interface DashboardPage {
  /** Of its screenshots. */
  readonly name: string;
  readonly address: string;
  /** Of its heading. */
  readonly heading: RegExp;
  /** See `VisitOptions`. */
  readonly expectedComplaints?: readonly RegExp[];
}

/** With something on them: see `fillDashboard`. */
export const PAGES: readonly DashboardPage[] = [
  { name: 'overview', address: '', heading: /overview|fleet/i },
  { name: 'charge-points', address: 'charge-points', heading: /charge points/i },
  { name: 'charge-point', address: 'charge-points/SEED-001', heading: /Harbour 1/ },
  {
    name: 'charge-point-unknown',
    address: 'charge-points/nobody',
    heading: /nobody/,
    expectedComplaints: [/status of 404/],
  },
  { name: 'quarantine', address: 'quarantine', heading: /quarantine/i },
  { name: 'conflicts', address: 'conflicts', heading: /conflicts/i },
  { name: 'ingest', address: 'ingest', heading: /ingest/i },
  { name: 'not-found', address: 'no-such-page', heading: /./ },
];
