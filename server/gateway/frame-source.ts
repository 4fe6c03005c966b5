import type { Channel } from './channel.js';

/** The socket that a frame came by. */
export interface FrameSource {
  readonly channel: Channel;
  /** null on `/ingest`. */
  readonly chargePointId: string | null;
  readonly peer: string | undefined;
  /** ms until its sender may send messages again; 0: now, and these are counted. */
  overLimitMs(messages: number): number;
  /** So many messages were not taken, for a reason that is a matter of the audit. */
  refused(reason: string, messages: number): void;
  /** A frame begins to wait for the log, and counts this much in the byte budget. */
  frameBegins(bytes: number): void;
  /** One that began to wait was answered. */
  frameEnds(bytes: number): void;
  answer(text: string): void;
  /** A bug of ours met while answering. */
  fault(error: unknown): void;
}
