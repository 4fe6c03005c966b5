import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../access/access.js';
import type { FrameContext } from '../../protocol/charger-protocol.js';

/** Who sends over `/ingest`, for as long as its socket is open. */
export interface Sender {
  readonly principal: Pick<Principal, 'by' | 'name' | 'sites'>;
  /** For which charge points; undefined: for all. Asked for each message. */
  readonly maySpeakFor: ((chargePointId: string) => boolean) | undefined;
  /** Opens its frames, which are signed; undefined, or absent: they are not. */
  readonly openFrame?: FrameContext['openFrame'];
  /** Calls `onGone` once, when what it showed is no longer good. The returned function ends the watch. */
  watch(onGone: () => void): () => void;
}

/** Asked at the door of `/ingest`. A rejection is an outage: the client gets 503. */
export interface SenderIdentity {
  /** `unknown`: it showed nothing that is good (401); `forbidden`: it may not send readings (403). */
  identify(knock: SenderKnock): Promise<Sender | 'unknown' | 'forbidden'>;
}

export interface SenderKnock {
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
  /** Path and query. */
  readonly handshake: string;
}
