/**
 * Live readings and charge points of a meterpulse server, for pages:
 *
 *     const live = createLiveClient({ liveUrl: 'wss://host/live', apiUrl: 'https://host' });
 *     const subscription = live.subscribe({ filter: { sites: ['Depot'] } });
 *     subscription.on('insert', ({ kind, data }) => console.log(kind, data));
 *     await live.connect();
 *
 * This is what bundlers and browsers get; Node gets `node.ts`, which has the same and brings its own WebSocket.
 */
import { assembleLiveClient } from './assemble-live-client.js';
import { browserPlatform } from './browser-platform.js';
import type { LiveClient, LiveClientOptions } from './live-client.js';

/** Throws a {@link LiveError} `invalid-options` for addresses that are none, and `no-web-socket` where there is none. */
export function createLiveClient(options: LiveClientOptions = {}): LiveClient {
  return assembleLiveClient(options, browserPlatform());
}

export { createView } from './create-view.js';
export { seriesKey } from './live-view.js';
export { LIVE_ERRORS, LiveError } from './live-error.js';
export type { LiveErrorCode, LiveErrorDetails, Problem } from './live-error.js';
export type { ChangesPage, LiveClient, LiveClientOptions, SendOptions } from './live-client.js';
export type { TokenSource } from './credentials.js';
export type { LiveFilter } from './live-filter.js';
export type { LiveView, ViewChange } from './live-view.js';
export type { SubscribeOptions, Subscription } from './subscription.js';
export type { NewMessage, NewReading, PushOutcome, PushRefusal } from './push.js';
export type { SocketClass, SocketLike } from './socket-like.js';
export type * from './live-events.js';
export type * from './live-status.js';
export type * from './api-types.js';
export type { FleetFigures } from '../../protocol/live/fleet-figures.js';
export type { Change, LiveKind } from '../../protocol/live/change.js';
