import type { FleetFigures } from '../../protocol/live/fleet-figures.js';
import type { Change, LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import type * as api from './api-types.js';
import type { TokenSource } from './credentials.js';
import type { ClientEvents, Handler, Off } from './live-events.js';
import type { LiveStatus } from './live-status.js';
import type { SocketClass } from './socket-like.js';
import type { NewMessage, NewReading, PushOutcome } from './push.js';
import type { SubscribeOptions, Subscription } from './subscription.js';

export interface LiveClientOptions {
  /** Of the live role, such as `wss://host/live`. Default in a page: `/live` of its own origin. */
  readonly liveUrl?: string | undefined;
  /** Of the REST API, such as `https://host`. Default in a page: its own origin. */
  readonly apiUrl?: string | undefined;
  /** Where readings are pushed, such as `wss://host/ingest`. Without it push() rejects. */
  readonly ingestUrl?: string | undefined;
  /**
   * A key or a token, or a function that gives the one that is good now. Sent to the API as `Authorization: Bearer`, to live
   * role and gateway as the subprotocol `bearer.BASE64URL`, or see `tickets`.
   */
  readonly token?: TokenSource | undefined;
  /**
   * Sockets are shown a ticket instead of the token: the API gives one (`POST /v1/tickets`), good for one connection within
   * seconds. Default: in a page true, elsewhere false.
   */
  readonly tickets?: boolean | undefined;
  /**
   * The secret (`ms_...`) that came with a key which signs: what push() sends is signed, so that nobody between can change it
   * or send it again. In Node alone, and with its own `webSocket`: a page can't send the header that it takes.
   */
  readonly signingSecret?: string | undefined;
  /** Default: the runtime's own, or in Node that of the package `ws`. */
  readonly webSocket?: SocketClass | undefined;
  /** Bounds of the random wait before a connection is tried again. Default from 1,000 ms, doubled up to 30,000 ms. */
  readonly backoff?: { readonly baseMs: number; readonly capMs: number } | undefined;
  /** How long an answer of the API, or to a pushed reading, is waited for. Default 30,000 ms. */
  readonly answerTimeoutMs?: number | undefined;
  /** Readings that wait to be pushed, at most. Default 10,000, and 16 MiB of text. */
  readonly maxWaitingPushes?: number | undefined;
}

/** Live readings and charge points of a meterpulse server. Nothing is sent before connect(), or the first request. */
export interface LiveClient {
  /**
   * Opens the connection, and keeps it: when it is lost, it is opened again after random, growing waits, for as long as the
   * client isn't closed. Resolves when it is open for the first time, or closed; never rejects. Safe to call again.
   */
  connect(): Promise<LiveStatus>;

  /** As connect(), and resolves when all that was subscribed to so far is live (or refused): its initial data was told. */
  init(): Promise<LiveStatus>;

  /**
   * Before connect() or after it. Handlers that are attached at once, in the same turn of the event loop, hear everything.
   * Throws `closed` after close().
   */
  subscribe<ChangedOnly extends boolean = false>(
    options?: SubscribeOptions<ChangedOnly>,
  ): Subscription<ChangedOnly>;

  /** Hears of every subscription, and of the client's own state (`status`) and errors. */
  on<Name extends keyof ClientEvents>(name: Name, handler: Handler<ClientEvents[Name]>): Off;

  getStatus(): LiveStatus;

  /**
   * Sends readings by way of `/ingest`, and resolves when each is answered: one outcome for each, in their order. `accepted` is
   * durable. What can't be taken now is sent again when the server says, and what was not answered after the next connection.
   * Rejects, having taken nothing, with `push-queue-full`, `no-ingest-url`, `invalid-options` or `closed`. Needs no connect().
   */
  push(
    readings: NewReading | NewMessage | readonly (NewReading | NewMessage)[],
    options?: api.RequestOptions,
  ): Promise<readonly PushOutcome[]>;

  /**
   * Asks the REST API: `get('/v1/quarantine', { limit: 10 })`. Rejects with `unreachable`, `refused`, `conflict`, `unavailable`,
   * `unexpected-answer`, `aborted`; `error.problem` is what the API said.
   */
  get<Answer = unknown>(path: string, query?: api.Query, options?: api.RequestOptions): Promise<Answer>;
  /** As get(), and follows the cursor: all items of a list, a page at a time. */
  each<Item = unknown>(path: string, query?: api.Query, options?: api.RequestOptions): AsyncIterable<Item>;
  /** Any other request: `send('POST', '/v1/quarantine/1/redrive', {})`. The body goes as JSON. */
  send<Answer = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options?: SendOptions,
  ): Promise<Answer>;

  chargePoints(
    query?: api.ChargePointsQuery,
    options?: api.RequestOptions,
  ): Promise<api.Page<LiveChargePoint>>;
  chargePoint(id: string, options?: api.RequestOptions): Promise<LiveChargePoint>;
  /** The newest reading of each series of a charge point. */
  latest(id: string, options?: api.RequestOptions): Promise<api.Page<LiveReading>>;
  readings(query: api.ReadingsQuery, options?: api.RequestOptions): Promise<api.Page<LiveReading>>;
  aggregates(query: api.AggregatesQuery, options?: api.RequestOptions): Promise<api.Page<api.Aggregate>>;
  energy(query: api.EnergyQuery, options?: api.RequestOptions): Promise<api.Page<api.Energy>>;
  transactions(
    query?: api.TransactionsQuery,
    options?: api.RequestOptions,
  ): Promise<api.Page<api.Transaction>>;
  stats(options?: api.RequestOptions): Promise<api.Stats>;
  fleet(options?: api.RequestOptions): Promise<FleetFigures>;
  /** The change feed for those who poll; without a cursor the cursor of now. */
  changes(
    query?: { readonly cursor?: string; readonly limit?: number },
    options?: api.RequestOptions,
  ): Promise<ChangesPage>;

  create(chargePoint: api.NewChargePoint, options?: api.RequestOptions): Promise<LiveChargePoint>;
  update(id: string, patch: api.ChargePointPatch, options?: api.VersionOptions): Promise<LiveChargePoint>;
  /** Retires it: its readings stay. */
  delete(id: string, options?: api.VersionOptions): Promise<void>;

  /**
   * For good: connections are closed, requests aborted, pushes that wait resolve as `unconfirmed`, and no handler is called any
   * more, after `status` has told `closed`. Safe to call again.
   */
  close(): void;
}

export interface SendOptions extends api.RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ChangesPage {
  readonly items: readonly Change[];
  readonly nextCursor: string;
}
