import { useEffect, useState } from 'preact/hooks';
import { createLiveClient, type LiveClient, type LiveClientOptions } from '../../../client/live/index.js';
import { token } from '../../session/kept-token.js';
import { addresses, liveClient } from '../../live/live.js';

export interface Pusher {
  /** null: there is no address to send to, or it is none. */
  readonly client: LiveClient | null;
  /** What is wrong with the address. */
  readonly fault: string | undefined;
}

/** Who sends to this address: the client of the whole page where it is the one it knows, else one of its own. */
export function usePusher(ingestUrl: string): Pusher {
  const known = addresses.value?.ingestUrl ?? null;
  const shared = liveClient.value;
  const [own, setOwn] = useState<Pusher>({ client: null, fault: undefined });
  const isKnown = ingestUrl === known;
  useEffect(() => {
    if (isKnown || ingestUrl === '') return;
    const made = pusherFor(ingestUrl);
    setOwn(made);
    return () => made.client?.close();
  }, [isKnown, ingestUrl]);
  if (ingestUrl === '') return { client: null, fault: undefined };
  return isKnown ? { client: shared, fault: undefined } : own;
}

function pusherFor(ingestUrl: string): Pusher {
  if (!/^wss?:\/\/[^/]+/.test(ingestUrl)) {
    return { client: null, fault: 'An address such as ws://127.0.0.1:3000/ingest, or wss://host/ingest.' };
  }
  try {
    return {
      client: createLiveClient({ ingestUrl, answerTimeoutMs: 10_000, ...credentialsFor(ingestUrl) }),
      fault: undefined,
    };
  } catch (error) {
    return { client: null, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** A host that somebody typed is shown nothing, unless it is the one that this page came from: its API knows the ticket. */
function credentialsFor(ingestUrl: string): Pick<LiveClientOptions, 'token' | 'apiUrl'> {
  if (token.peek() === null || new URL(ingestUrl).hostname !== window.location.hostname) return {};
  return { token: () => token.peek() ?? undefined, apiUrl: new URL('.', document.baseURI).href };
}
