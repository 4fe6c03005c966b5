import type { ReadingInput } from '../language/reading.js';
import { Connector } from './connector.js';
import type { Answer, Message } from './message.js';
import { readingMessage, startMessage, stopMessage } from './messages.js';
import { Session } from '../../station/session.js';

/** A message to be sent, or why there is none. */
export type Composed = { readonly message: Message } | { readonly problem: string };

/** The connectors of a charge point, one of which is chosen, and what goes on at them. */
export class Connectors {
  readonly #connectors = new Map<number, Connector>();
  chosenId = 1;

  /** Those that were used. */
  get all(): readonly Connector[] {
    return [...this.#connectors.values()];
  }

  get chosen(): Connector {
    return this.#get(this.chosenId);
  }

  /** Another charge point: nothing is known of it. */
  clear(): void {
    this.#connectors.clear();
  }

  /** A session begins at the chosen connector. `given` in Wh; null: what the meter shows. */
  start(idTag: string, given: number | null, now: number): Composed {
    const connector = this.chosen;
    const running = connector.runningSession;
    if (running !== null) {
      const id = running.transactionId === null ? '' : ` (transaction ${running.transactionId})`;
      return { problem: `connector ${connector.id} has a session${id}: stop it first` };
    }
    const session = new Session(connector.id, idTag, given ?? Math.round(connector.registerWh ?? 0), now);
    connector.session = session;
    connector.meter(session.meterStartWh);
    return { message: startMessage(session) };
  }

  /** The session at the chosen connector ends. `given` in Wh; null: what the meter shows. */
  stop(given: number | null, reason: string | null, now: number): Composed {
    const connector = this.chosen;
    const session = connector.runningSession;
    if (session === null) return { problem: `connector ${connector.id} has no session: start one first` };
    const { meterStartWh } = session;
    const meterStopWh = given ?? Math.max(Math.round(connector.registerWh ?? meterStartWh), meterStartWh);
    session.stopping();
    connector.meter(meterStopWh);
    return { message: stopMessage(session, meterStopWh, reason, now) };
  }

  reading(reading: ReadingInput, now: number, repetitions = 0): Message {
    return readingMessage(reading, this.#get(reading.connectorId ?? this.chosenId), now, repetitions);
  }

  #get(id: number): Connector {
    const found = this.#connectors.get(id) ?? new Connector(id);
    this.#connectors.set(id, found);
    return found;
  }
}

/** What an answer means for the session that its message starts or stops; the text is worth telling, '' when there is none. */
export function concludeSession({ session: belongs }: Message, { verdict, payload }: Answer): string {
  if (belongs === null) return '';
  const { of: session, event } = belongs;
  if (event === 'stop') {
    session.ended();
    return '';
  }
  const { transactionId } = payload;
  if (typeof transactionId !== 'number') {
    session.refused();
    return verdict === 'accepted' ? 'the answer has no transactionId, so there is no session' : '';
  }
  const before = session.transactionId;
  switch (session.started(transactionId)) {
    case 'new':
      return `transaction ${transactionId}`;
    case 'same':
      return `transaction ${transactionId}, the same as before`;
    case 'other':
      return `transaction ${transactionId}, but ${String(before)} before: a repeated Start should keep its id`;
  }
}
