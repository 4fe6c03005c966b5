import type { Command } from '../language/command.js';
import { counted } from '../language/counted.js';
import { formatDuration } from '../language/duration.js';
import type { ReadingInput } from '../language/reading.js';
import { concludeSession, Connectors, type Composed } from './connectors.js';
import { Conversation, type ConversationParts } from './conversation.js';
import { queueFacts, sessionFacts, stationFacts } from './facts.js';
import { describeResult } from '../../station/judge-answer.js';
import type { LinkState } from '../../station/link.js';
import type { Answer, Exchange, Message } from './message.js';
import * as messages from './messages.js';
import { DONE, failed, type Outcome } from './outcome.js';
import { MAX_WAITING } from '../../station/outbox.js';
import { Periodic } from './periodic.js';
import { describeSamples } from './sampled-values.js';
import type { Session } from '../../station/session.js';
import type { TallySums } from './tally.js';

/** What a charge point can be told; the rest is for whoever reads the commands. */
export type StationCommand = Exclude<Command, { readonly name: 'help' | 'quit' | 'wait' | 'frames' }>;

/** A charge point that does what it is told: connectors with their meters and sessions, and a conversation with the server. */
export class ChargePoint {
  readonly #parts: ConversationParts;
  readonly #conversation: Conversation;
  readonly #periodic: Periodic;
  readonly #connectors = new Connectors();
  #last: Exchange | null = null;
  #cancelReturn: () => void = () => undefined;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#periodic = new Periodic(parts.clock);
    this.#conversation = new Conversation(parts, (exchange, answer) => this.#understand(exchange, answer));
  }

  get chargePointId(): string {
    return this.#conversation.chargePointId;
  }

  get linkState(): LinkState {
    return this.#conversation.state;
  }

  /** Messages that aren't settled. */
  get waiting(): number {
    return this.#conversation.waiting;
  }

  /** The session at the chosen connector. */
  get session(): Session | null {
    return this.#connectors.chosen.runningSession;
  }

  sums(): TallySums {
    return this.#conversation.sums();
  }

  drained(): Promise<void> {
    return this.#conversation.drained();
  }

  /** Ends what repeats; false when nothing did. */
  stopRepeating(): boolean {
    const times = this.#periodic.stop();
    if (times !== null) this.#note(`stopped after ${counted(times, 'time')}`);
    return times !== null;
  }

  /** Says goodbye and ends every timer. */
  stop(): void {
    this.#periodic.stop();
    this.#cancelReturn();
    this.#conversation.stop();
  }

  /** Does what is told. The outcome comes with the answer; at once where a message waits for a connection that isn't wanted now. */
  async execute(command: StationCommand): Promise<Outcome> {
    const { clock, emit } = this.#parts;
    switch (command.name) {
      case 'connect':
        return this.#connect(command.chargePointId ?? this.chargePointId);
      case 'restore':
        return this.#restore();
      case 'drop':
        return this.#leave('cut', command.forMs);
      case 'offline':
        return this.#leave('goodbye', null);
      case 'connector':
        this.#connectors.chosenId = command.connectorId;
        emit({ type: 'changed' });
        return DONE;
      case 'boot':
        return this.#request(messages.bootMessage(command.vendor, command.model));
      case 'heartbeat':
        return this.#request(messages.heartbeatMessage());
      case 'authorize':
        return this.#request(messages.authorizeMessage(command.idTag));
      case 'status': {
        const { status, errorCode } = command;
        return this.#request(
          messages.statusMessage(this.#connectors.chosenId, status, errorCode, clock.now()),
        );
      }
      case 'call':
        return this.#request(messages.typedMessage(command.action, command.json));
      case 'start':
        return this.#session(() => this.#connectors.start(command.idTag, command.meterStartWh, clock.now()));
      case 'stop':
        return this.#session(() => this.#connectors.stop(command.meterStopWh, command.reason, clock.now()));
      case 'send':
        return this.#deliver(this.#connectors.reading(command.reading, clock.now()));
      case 'sendPayload':
        return this.#deliver(messages.typedMessage('MeterValues', command.json));
      case 'raw':
        return this.#deliver(messages.rawMessage(command.frame));
      case 'again':
        return this.#again();
      case 'every':
        return this.#every(command.everyMs, command.what);
      case 'everyStop':
        return this.stopRepeating() ? DONE : failed('nothing repeats');
      case 'queueClear': {
        const thrown = this.#conversation.clear();
        this.#note(thrown === 0 ? 'nothing waits' : `${thrown} thrown away`);
        return DONE;
      }
      case 'show':
      case 'session':
      case 'queue':
        this.#tell(command.name);
        return DONE;
    }
  }

  async #connect(chargePointId: string): Promise<Outcome> {
    this.#cancelReturn();
    if (chargePointId !== this.chargePointId) {
      if (this.waiting > 0)
        return failed(
          `${counted(this.waiting, 'message')} of ${this.chargePointId} not sent yet: 'restore', or 'queue clear', before another id`,
        );
      this.#periodic.stop();
      this.#connectors.clear();
      this.#last = null;
    } else if (this.linkState === 'online') {
      this.#note('there is a connection already');
      return DONE;
    }
    return this.#conversation.connect(chargePointId);
  }

  async #restore(): Promise<Outcome> {
    const outcome = await this.#connect(this.chargePointId);
    if (outcome.ok) await this.#conversation.drained();
    return outcome;
  }

  #leave(how: 'cut' | 'goodbye', forMs: number | null): Outcome {
    this.#cancelReturn();
    if (this.linkState === 'offline') return failed('there is no connection');
    this.#conversation.leave(how);
    if (forMs !== null) {
      this.#note(`comes back in ${formatDuration(forMs)}`);
      this.#cancelReturn = this.#parts.clock.after(forMs, () => void this.#connect(this.chargePointId));
    }
    return DONE;
  }

  #session(composed: () => Composed): Promise<Outcome> | Outcome {
    const wrong = this.#needsCalls('a session');
    if (wrong !== null) return failed(wrong);
    const found = composed();
    return 'problem' in found ? failed(found.problem) : this.#deliver(found.message);
  }

  #every(everyMs: number, what: ReadingInput | 'heartbeat'): Outcome {
    const isHeartbeat = what === 'heartbeat';
    const wrong = isHeartbeat ? this.#needsCalls('a heartbeat') : null;
    if (wrong !== null) return failed(wrong);
    this.stopRepeating();
    this.#periodic.start(isHeartbeat ? 'Heartbeat' : describeSamples(what.samples), everyMs, (times) => {
      if (!isHeartbeat)
        this.#conversation.add(this.#connectors.reading(what, this.#parts.clock.now(), times));
      // One that is late is of no use: it isn't saved up.
      else if (this.linkState === 'online') this.#conversation.add(messages.heartbeatMessage());
    });
    return DONE;
  }

  #again(): Promise<Outcome> | Outcome {
    const last = this.#last;
    if (last === null) return failed('nothing was sent yet');
    const { message } = last;
    return this.#deliver({ ...message, payload: () => last.sentPayload ?? message.payload() });
  }

  /** A request that plain JSON doesn't have, and that is of use only while there is a connection. */
  #request(message: Message): Promise<Outcome> | Outcome {
    const wrong = this.#needsCalls(message.action);
    return wrong === null ? this.#deliver(message) : failed(wrong);
  }

  #deliver(message: Message): Promise<Outcome> | Outcome {
    const { state } = this.#conversation;
    if (!message.kept && (state === 'offline' || state === 'refused'))
      return failed(
        `there is no connection, and ${message.action} isn't saved up: 'restore' or 'connect' first`,
      );
    const exchange = this.#conversation.add(message);
    if (exchange === null) return failed(`${MAX_WAITING} messages wait already: 'restore', or 'queue clear'`);
    this.#last = exchange;
    return this.#conversation.outcomeOf(exchange);
  }

  #needsCalls(what: string): string | null {
    if (this.#parts.wire.hasCalls) return null;
    return `plain JSON carries readings only, so there is no way to send ${what}: start the client with --protocol ocpp1.6`;
  }

  /** Draws the consequences of an answer; the text is what is worth telling. */
  #understand({ message }: Exchange, answer: Answer): string {
    const told = concludeSession(message, answer);
    return told === '' ? describeResult(message.action, answer.payload, this.#parts.clock.now()) : told;
  }

  #tell(what: 'show' | 'session' | 'queue'): void {
    const { emit, clock, wire } = this.#parts;
    const { url, state, unsettled } = this.#conversation;
    const { all: connectors, chosenId: connectorId } = this.#connectors;
    if (what === 'session') {
      const facts = sessionFacts(connectors, clock.now());
      if (facts.length === 0) this.#note('there was no session yet');
      else emit({ type: 'facts', title: 'session', facts });
    } else if (what === 'queue') {
      if (unsettled.length === 0) this.#note('nothing waits');
      else emit({ type: 'facts', title: 'queue', facts: queueFacts(unsettled) });
    } else {
      const { chargePointId, waiting } = this;
      const station = { chargePointId, url, protocol: wire.name, connection: state, connectors, waiting };
      const more = { connectorId, periodic: this.#periodic.running, sums: this.sums() };
      emit({ type: 'facts', title: 'show', facts: stationFacts({ ...station, ...more }) });
    }
  }

  #note(text: string): void {
    this.#parts.emit({ type: 'note', text });
  }
}
