/** A server on the host that a browser asked. */
export interface PortOfHost {
  readonly scheme: 'ws' | 'wss';
  readonly port: number;
  readonly path: string;
}

/** Where a browser finds a server: a URL, a port of the host that it asked, or nowhere that is known. */
export type ServerPlace = { readonly url: string } | PortOfHost | null;

/** The servers that the dashboard needs beside the API. */
export interface DashboardServers {
  /** null: `/live` of the server that the page came from. */
  readonly live: ServerPlace;
  /** null: none that is known; the page then asks for it. */
  readonly ingest: ServerPlace;
}

/** `GET /dashboard.json`. */
export interface DashboardAddresses {
  readonly liveUrl: string | null;
  readonly ingestUrl: string | null;
}

/** A name or an address with its port. What else a Host header may hold must not get into headers and answers of ours. */
const HOST = /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i;

/** @param host the Host header of the request. Ports can't be told to who sends none, or nonsense. */
export function addressesFor(servers: DashboardServers, host: string | undefined): DashboardAddresses {
  const hostname = HOST.exec(host ?? '')?.[1];
  const addressOf = (place: ServerPlace): string | null => {
    if (place === null) return null;
    if ('url' in place) return place.url;
    const url = `${place.scheme}://${hostname ?? ''}:${place.port}${place.path}`;
    return URL.canParse(url) ? url : null;
  };
  return { liveUrl: addressOf(servers.live), ingestUrl: addressOf(servers.ingest) };
}

/** The origins that the page may connect to beside its own: of those addresses, and sockets of the page's own host. */
export function socketOrigins(addresses: DashboardAddresses, host: string | undefined): string[] {
  const own = host !== undefined && HOST.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
  const others = [addresses.liveUrl, addresses.ingestUrl].flatMap((url) =>
    url === null ? [] : [new URL(url).origin],
  );
  return [...new Set([...own, ...others])];
}
