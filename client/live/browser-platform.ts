import type { Platform } from './platform.js';
import type { SocketClass } from './socket-like.js';

/** What pages, workers and Node have in common, and of it what is there. */
interface Surroundings {
  readonly WebSocket?: SocketClass;
  readonly location?: { readonly href: string };
  readonly addEventListener?: (name: string, action: () => void) => void;
  readonly removeEventListener?: (name: string, action: () => void) => void;
}

export function browserPlatform(): Platform {
  const around = globalThis as unknown as Surroundings;
  return {
    webSocket: around.WebSocket,
    // Looked up at each call, so that what a page puts in its place later is used; and unbound it would throw.
    fetch: (input, init) => globalThis.fetch(input, init),
    base: around.location?.href,
    now: () => Date.now(),
    random: () => Math.random(),
    after(ms, action) {
      const timer = setTimeout(action, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    onOnline(action) {
      around.addEventListener?.('online', action);
      return () => around.removeEventListener?.('online', action);
    },
  };
}
