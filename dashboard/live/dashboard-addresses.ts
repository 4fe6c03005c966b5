import { request } from '../api/api-client.js';

/** Where the servers are, as `GET /dashboard.json` says. */
export interface DashboardAddresses {
  /** Of the live feed. */
  readonly liveUrl: string;
  /** Of `/ingest`; null: none that is known. */
  readonly ingestUrl: string | null;
  /** Whether one has to say who one is. */
  readonly signIn: boolean;
}

/** Rejects as {@link request}. */
export async function fetchDashboardAddresses(): Promise<DashboardAddresses> {
  const told = await request<{
    readonly liveUrl: string | null;
    readonly ingestUrl: string | null;
    readonly signIn?: boolean;
  }>('dashboard.json');
  const { liveUrl, ingestUrl, signIn = false } = told;
  return { liveUrl: liveUrl ?? ownLiveUrl(document.baseURI), ingestUrl, signIn };
}

/** `/live` beside the page, below whatever path it stands. */
export function ownLiveUrl(page: string): string {
  const url = new URL('live', page);
  url.hash = url.search = '';
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
