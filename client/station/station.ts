import type { OpenSocket } from '../transport/connection.js';
import type { Heard } from '../wire/wire.js';
import { Boot } from './boot.js';
import type { DeviceControls } from './device-controls.js';
import { bytesOf, keptMessage, mayThin, passingMessage, type DeviceMessage } from './device-message.js';
import type { ConnectorStatus, Draft, Measurement, SessionFacts } from './dialect.js';
import { Heartbeat } from './heartbeat.js';
import { journalOf } from './journal-of-station.js';
import type { Journal } from './journal.js';
import { Link, type LinkState } from './link.js';
import type { Answer, Exchange } from './message.js';
import { Outbox, type AddOptions } from './outbox.js';
import { SessionNames } from './session-names.js';
import { stationControls } from './station-controls.js';
import type { StationEvents, StationParts } from './station-parts.js';

export interface KeepOptions extends AddOptions {
  /** Step of the script that it comes from. */
  readonly step?: number;
}

/** The full outbox takes the messages of running sessions beyond its bound; a new session must not begin, at twice of it. */
const NO_MORE_SESSIONS = 2;
/** What a device takes to start anew. */
const RESET_MS = 2_000;

/**
 * A charge point as a device: its readings and sessions reach the server in their order, over lost connections, restarts of
 * either side and hours offline. What is kept: Start, Stop, readings. What isn't: boot, heartbeats, status.
 */
export class Station {
  readonly #parts: StationParts;
  readonly #events: StationEvents;
  readonly #link: Link;
  readonly #outbox: Outbox<DeviceMessage>;
  readonly #heartbeat: Heartbeat;
  readonly #boot: Boot | null;
  readonly #names = new SessionNames();
  readonly #statuses = new Map<number, ConnectorStatus>();
  #socket: OpenSocket | null = null;
  readonly #controls: DeviceControls;

  constructor(parts: StationParts, events: StationEvents = {}) {
    const { dialect, clock, random, answerTimeoutMs, outboxBytes, journal, chargePointId } = parts;
    this.#parts = parts;
    this.#events = events;
    const written = (): void => this.#outbox.written();
    this.#outbox = new Outbox<DeviceMessage>(
      {
        ...{ wire: dialect.wire, clock, random, answerTimeoutMs },
        bounds: { maxBytes: outboxBytes, bytesOf, mayThin },
        ...(journal === null ? {} : { journal: journalOf(journal, chargePointId, written) }),
      },
      {
        onSent: (_, exchange) => {
          this.#heartbeat.sent();
          events.onSent?.(exchange);
        },
        onAnswered: (exchange, answer) => this.#answered(exchange, answer),
        onRetry: (exchange, _, latencyMs) => events.onRetry?.(exchange, latencyMs),
        onSilent: () => this.#link.replace(),
      },
    );
    this.#link = new Link(
      {
        ...{ subprotocol: dialect.wire.subprotocol, clock, random, whenReplaced: 'step back' },
        ...(parts.backoff === undefined ? {} : { backoff: parts.backoff }),
        ...(parts.handshakes === undefined ? {} : { handshakes: parts.handshakes }),
        localAddress: parts.localAddress,
        secureContext: parts.credentials?.secureContext(parts.chargePointId),
      },
      {
        onOnline: (socket) => this.#online(socket),
        onText: (text) => {
          for (const heard of dialect.wire.decode(text)) this.#hear(heard);
        },
        onClosed: (code, _reason, wanted) => this.#offline(code, wanted),
        onFailed: (cause) => events.onConnectFailed?.(cause),
        onRefused: (status, detail) => events.onRefused?.(status, detail),
        onChanged: () => events.onState?.(this.#link.state),
      },
    );
    this.#heartbeat = new Heartbeat(clock, () => this.#say(dialect.heartbeat()));
    const hello = dialect.boot();
    this.#boot =
      hello === null
        ? null
        : new Boot(clock, random, {
            send: () => this.#outbox.addFirst(passingMessage(hello.action, hello.body)),
            accepted: (intervalS) => this.#booted(intervalS),
            silent: () => this.#link.replace(),
          });
    this.#controls = stationControls({
      ...{ site: parts.site ?? null, heartbeat: this.#heartbeat, names: this.#names },
      reset: (reason) => this.#reset(reason),
      boot: () => this.#boot?.begin(),
      sendHeartbeat: () => this.#say(dialect.heartbeat()),
      sayStatus: (connectorId) =>
        this.#sayStatus(connectorId, this.#statuses.get(connectorId) ?? 'Available'),
    });
    if (journal !== null) this.#restore(journal);
  }

  get chargePointId(): string {
    return this.#parts.chargePointId;
  }

  get state(): LinkState {
    return this.#link.state;
  }

  /** Messages that aren't settled. */
  get waiting(): number {
    return this.#outbox.size;
  }

  /** Wants a connection from now on. */
  connect(): void {
    const { dialect, url, chargePointId, credentials } = this.#parts;
    // Only OCPP has a path for each charge point.
    const as = dialect.wire.name === 'json' ? null : chargePointId;
    const shows = {
      authorization: credentials?.authorization(as),
      signingSecret: credentials?.signingSecret(as),
    };
    this.#link.connect(dialect.wire.url(url, chargePointId), shows);
  }

  /** Ends the connection, and wants none: what happens gathers. */
  leave(how: 'cut' | 'goodbye'): void {
    this.#link.leave(how);
  }

  /** The connection breaks off; a new one follows as after any loss. */
  lose(): void {
    this.#link.replace();
  }

  /** Reads nothing from the socket any more, as when the network swallows it: only a timeout tells. */
  hush(): void {
    this.#socket?.pause();
  }

  /** Ends it all, as far as the process goes: what waits stays in the journal. */
  stop(): void {
    this.#heartbeat.stop();
    this.#boot?.stop();
    this.#outbox.stop();
    this.#link.leave('goodbye');
  }

  /** Of use only now: said when there is a connection, and after each later one opened. */
  status(connectorId: number, status: ConnectorStatus): void {
    this.#statuses.set(connectorId, status);
    this.#sayStatus(connectorId, status);
  }

  /** false: too much waits already, and the session must not begin. */
  startSession(session: SessionFacts, begin: Measurement, options: KeepOptions = {}): boolean {
    if (this.#outbox.bytes > this.#parts.outboxBytes * NO_MORE_SESSIONS) return false;
    this.resumeSession(session);
    const own = this.#names.numberOf(session.number);
    if (own !== undefined && !this.#parts.dialect.idInBody) this.#keepName(session.number, own);
    this.#keepAll(this.#parts.dialect.start(session, begin), session.connectorId, session.number, options);
    return true;
  }

  /** A session that an earlier run of the program began: nothing is said of it. */
  resumeSession(session: SessionFacts): void {
    const own = this.#parts.dialect.transactionId(this.chargePointId, session);
    this.#names.begin(session, own);
  }

  /** One that an earlier run stopped. */
  endSession(session: SessionFacts): void {
    this.#names.end(session);
    if (this.#parts.dialect.idInBody) this.#names.settled(session.number);
  }

  stopSession(
    session: SessionFacts,
    meterStopWh: number,
    reason: string,
    data: readonly Measurement[],
    options: KeepOptions = {},
  ): void {
    const { dialect } = this.#parts;
    const drafts = dialect.stop(session, meterStopWh, reason, data);
    this.endSession(session);
    this.#keepAll(drafts, session.connectorId, session.number, options);
  }

  reading(
    connectorId: number,
    session: SessionFacts | null,
    measurement: Measurement,
    options: KeepOptions = {},
  ): void {
    const draft = this.#parts.dialect.reading(connectorId, session, measurement);
    this.#keepAll([draft], connectorId, session?.number ?? 0, options);
  }

  /** Sends a message once more, as a device does that didn't hear the answer. */
  repeat({ message: { stored }, sentPayload }: Exchange<DeviceMessage>): void {
    if (stored === null || sentPayload === null) return;
    const message = keptMessage({ ...stored, step: 0 }, this.#names.numberOf);
    this.#outbox.add({ ...message, payload: () => sentPayload });
  }

  /** What was to be overtaken by later messages goes now. */
  releaseOvertaken(): void {
    this.#outbox.releaseOvertaken();
  }

  #keepAll(drafts: readonly Draft[], connectorId: number, session: number, options: KeepOptions): void {
    const { step = 0, overtakenBy = 0 } = options;
    for (const [index, { action, body, role }] of drafts.entries()) {
      // The step is done when all of it is kept: what a crash tore apart is said again.
      const isLast = index === drafts.length - 1;
      const named = this.#parts.dialect.idInBody ? 0 : session;
      const stored = { action, body, role, connectorId, session: named, step: isLast ? step : 0 };
      this.#outbox.add(keptMessage(stored, this.#names.numberOf), { overtakenBy });
    }
    this.#link.wake();
  }

  #restore({ state }: Journal): void {
    const { messages, sessions, lastNumber } = state.station(this.chargePointId);
    for (const [session, id] of sessions) this.#names.name(session, id);
    const kept = [...messages].map(([number, stored]) => ({
      number,
      message: keptMessage(stored, this.#names.numberOf),
    }));
    this.#outbox.restore(kept, lastNumber);
  }

  #online(socket: OpenSocket): void {
    this.#socket = this.#parts.network?.(socket) ?? socket;
    if (this.#boot !== null && !this.#boot.done) {
      this.#outbox.locked = true;
      this.#outbox.opened(this.#socket, this.chargePointId);
      this.#boot.begin();
      return;
    }
    this.#outbox.opened(this.#socket, this.chargePointId);
    this.#greet();
  }

  #booted(intervalS: number): void {
    this.#heartbeat.interval(intervalS);
    this.#greet();
    this.#outbox.locked = false;
  }

  /** The server doesn't know how things stand. */
  #greet(): void {
    this.#heartbeat.start();
    for (const [connectorId, status] of this.#statuses) this.#sayStatus(connectorId, status);
  }

  #offline(code: number, wanted: boolean): void {
    this.#socket = null;
    this.#heartbeat.stop();
    this.#boot?.stop();
    this.#outbox.closed(code);
    if (this.#outbox.size > 0) this.#link.wake();
    this.#events.onClosed?.(code, wanted);
  }

  #say(draft: Omit<Draft, 'role'> | null): void {
    if (draft !== null && this.#socket !== null && (this.#boot?.done ?? true))
      this.#outbox.addFirst(passingMessage(draft.action, draft.body));
  }

  #sayStatus(connectorId: number, status: ConnectorStatus): void {
    this.#say(this.#parts.dialect.status(connectorId, status, this.#parts.deviceTime()));
  }

  #hear(heard: Heard): void {
    if (heard.kind === 'call') this.#serve(heard);
    else if (heard.kind !== 'noise' && this.#outbox.hear(heard)) this.#link.proven();
  }

  #serve({ id, action, payload }: Extract<Heard, { kind: 'call' }>): void {
    const { wire, answerCall } = this.#parts.dialect;
    const answer = answerCall(action, payload, this.#controls);
    const frame = answer === null ? wire.refuse(id, action)?.frame : wire.answer(id, answer.payload);
    if (frame != null) this.#socket?.send(frame);
    this.#events.onCalled?.(action, answer !== null);
    answer?.then?.();
  }

  /** After a reset: the device is away for a moment, and says who it is again. */
  #reset(reason: string): void {
    const { site, clock } = this.#parts;
    for (const connectorId of this.#names.connectors) site?.stop(connectorId, reason);
    this.#boot?.again();
    this.#link.leave('goodbye');
    clock.after(RESET_MS, () => {
      if (this.state === 'offline') this.connect();
    });
  }

  #answered(exchange: Exchange<DeviceMessage>, answer: Answer): void {
    const { stored } = exchange.message;
    if (stored === null) this.#boot?.heard(exchange.message.action, answer);
    else if (stored.session > 0 && stored.role === 'start') this.#sessionNamed(stored.session, answer);
    else if (stored.session > 0 && stored.role === 'stop') this.#forget(stored.session);
    this.#events.onAnswered?.(exchange, answer);
  }

  #sessionNamed(session: number, { payload: { transactionId } }: Answer): void {
    if (typeof transactionId === 'number' && this.#names.name(session, transactionId))
      this.#keepName(session, transactionId);
  }

  #forget(session: number): void {
    this.#names.settled(session);
    this.#keepName(session, null);
  }

  /** Over a restart; null: nothing more of the session follows. */
  #keepName(session: number, transactionId: number | null): void {
    const { journal, chargePointId } = this.#parts;
    journal?.append({ kind: 'session', chargePointId, session, transactionId });
  }
}
