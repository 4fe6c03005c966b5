import { signal } from '@preact/signals';
import { createLiveClient, type LiveClient, type LiveStatus } from '../../client/live/index.js';
import { forgetToken, token } from '../session/kept-token.js';
import { beginSession, sessionState } from '../session/session.js';
import { fetchDashboardAddresses, type DashboardAddresses } from './dashboard-addresses.js';

/** One connection for all pages; null until the addresses are known. It stays the same as long as the page is open. */
export const liveClient = signal<LiveClient | null>(null);
/** Of the client; null as long as there is none. */
export const liveStatus = signal<LiveStatus | null>(null);
export const addresses = signal<DashboardAddresses | null>(null);
/** What the browser says of the network. */
export const isOnline = signal(navigator.onLine);

const RETRY_MS = 3_000;

window.addEventListener('online', () => (isOnline.value = true));
window.addEventListener('offline', () => (isOnline.value = false));

/** Asks for the addresses until they are told, and connects once somebody is in. Once, when the page begins. */
export function startLive(): void {
  fetchDashboardAddresses().then(
    (told) => {
      addresses.value = told;
      beginSession(told.signIn, () => connect(told));
    },
    (error: unknown) => {
      sessionState.value = { kind: 'starting', error };
      setTimeout(startLive, RETRY_MS);
    },
  );
}

function connect({ liveUrl, ingestUrl, signIn }: DashboardAddresses): void {
  const client = createLiveClient({
    liveUrl,
    apiUrl: new URL('.', document.baseURI).href,
    ingestUrl: ingestUrl ?? undefined,
    ...(signIn ? { token: () => token.peek() ?? undefined } : {}),
  });
  client.on('error', ({ status }) => {
    // A ticket was refused.
    if (status === 401) forgetToken('over');
  });
  client.on('status', (status) => (liveStatus.value = status));
  liveStatus.value = client.getStatus();
  liveClient.value = client;
  void client.connect();
}
