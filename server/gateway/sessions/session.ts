import type { BootData, ChargerProtocol, Handled } from '../../../protocol/charger-protocol.js';
import type { ConnectionState } from '../../../store/connections/connection-state.js';
import { OutgoingCalls, type ReplyFate } from '../commands/outgoing-calls.js';

/** What a session needs of its socket. */
export interface SessionSocket {
  readonly chargePointId: string | null;
  readonly peer: string | undefined;
  /** Whether frames are read and answered: false as soon as it is to be closed. */
  readonly isServing: boolean;
  /** False: it is closing, nothing was sent. */
  call(text: string): boolean;
  /** A newer socket of the charge point is open somewhere. */
  replaced(): void;
}

/** Told by a session. */
export interface SessionWatcher {
  /** There is something to be written. */
  changed(session: Session): void;
  closed(session: Session): void;
  replied(fate: ReplyFate): void;
}

/** The last message is written down this often at most, ms: a column that is read by people is not worth a write a message. */
const HEARD_EVERY_MS = 60_000;

/** A charge point's socket as the registry knows it. Times are of `performance.now()`. */
export class Session {
  readonly chargePointId: string;
  private outgoing: OutgoingCalls | null = null;
  private readonly remoteAddress: string;
  private readonly openedAt: number;
  private heardAt: number | null = null;
  private heardWrittenAt = -Infinity;
  private closedAt: number | null = null;
  private closeReason: string | null = null;
  private boot: { readonly data: BootData; readonly at: number } | null = null;

  constructor(
    /** Rises within the process. */
    readonly number: number,
    readonly socket: SessionSocket,
    readonly protocol: ChargerProtocol,
    private readonly watcher: SessionWatcher,
    private readonly now: () => number,
  ) {
    this.chargePointId = socket.chargePointId ?? '';
    // A closed socket knows it no longer.
    this.remoteAddress = socket.peer ?? '';
    this.openedAt = now();
  }

  /** Made with the first one: most sockets never get any. */
  get calls(): OutgoingCalls {
    return (this.outgoing ??= new OutgoingCalls((text) => this.socket.call(text)));
  }

  get isOpen(): boolean {
    return this.closedAt === null;
  }

  /** A frame came. */
  take({ boot, reply }: Pick<Handled, 'boot' | 'reply'>): void {
    this.heard();
    if (boot !== undefined) {
      this.boot = { data: boot, at: this.now() };
      this.watcher.changed(this);
    }
    if (reply !== undefined) this.watcher.replied(this.calls.reply(reply));
  }

  closed(reason: string): void {
    if (!this.isOpen) return;
    this.closedAt = this.now();
    this.closeReason = reason;
    this.calls.close();
    this.watcher.closed(this);
  }

  /** What the older session of the same charge point said of itself, and nobody wrote down yet. */
  inherit(older: Session): void {
    this.boot ??= older.boot;
  }

  /** As of now. */
  state(): ConnectionState {
    const now = this.now();
    const age = (at: number | null): number | null => (at === null ? null : now - at);
    return {
      chargePointId: this.chargePointId,
      session: this.number,
      protocol: this.protocol.name,
      remoteAddress: this.remoteAddress,
      connectedAgeMs: now - this.openedAt,
      lastMessageAgeMs: age(this.heardAt),
      disconnectedAgeMs: age(this.closedAt),
      closeReason: this.closeReason,
      boot: this.boot === null ? null : { ...this.boot.data, ageMs: now - this.boot.at },
    };
  }

  /** The database has what {@link state} said at `at`. */
  written(at: number): void {
    if (this.boot !== null && this.boot.at <= at) this.boot = null;
  }

  private heard(): void {
    this.heardAt = this.now();
    if (this.heardAt - this.heardWrittenAt < HEARD_EVERY_MS) return;
    this.heardWrittenAt = this.heardAt;
    this.watcher.changed(this);
  }
}
