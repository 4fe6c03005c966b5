import type { JournalRecord, StoredMessage } from './journal-record.js';

/** What a journal says of one charge point. */
export interface KeptStation {
  /** Not settled, by number, ascending. */
  readonly messages: ReadonlyMap<number, StoredMessage>;
  /** Ids that the server gave to sessions that go on. */
  readonly sessions: ReadonlyMap<number, number>;
  /** How far each connector's script is. */
  readonly steps: ReadonlyMap<number, number>;
  /** The highest number that a message ever had. */
  readonly lastNumber: number;
}

interface Station extends KeptStation {
  readonly messages: Map<number, StoredMessage>;
  readonly sessions: Map<number, number>;
  readonly steps: Map<number, number>;
  lastNumber: number;
}

/** What the records of a journal come to, one after the other. */
export class JournalState {
  readonly #stations = new Map<string, Station>();
  owner: string | null = null;
  /** The device's time, ms since 1970 UTC; null when nobody said. */
  timeMs: number | null = null;

  station(chargePointId: string): KeptStation {
    return this.#station(chargePointId);
  }

  /** Messages that aren't settled. */
  get waiting(): number {
    let sum = 0;
    for (const { messages } of this.#stations.values()) sum += messages.size;
    return sum;
  }

  apply(record: JournalRecord): void {
    switch (record.kind) {
      case 'owner':
        this.owner = record.owner;
        return;
      case 'time':
        this.timeMs = record.ms;
        return;
      case 'added': {
        const { number, message } = record;
        const station = this.#station(record.chargePointId);
        station.messages.set(number, message);
        station.lastNumber = Math.max(station.lastNumber, number);
        if (message.step > 0) station.steps.set(message.connectorId, message.step);
        return;
      }
      case 'settled':
        this.#station(record.chargePointId).messages.delete(record.number);
        return;
      case 'session': {
        const { session, transactionId } = record;
        const { sessions } = this.#station(record.chargePointId);
        if (transactionId === null) sessions.delete(session);
        else sessions.set(session, transactionId);
        return;
      }
      case 'progress': {
        const station = this.#station(record.chargePointId);
        station.lastNumber = Math.max(station.lastNumber, record.number);
        for (const [connectorId, step] of record.steps) station.steps.set(connectorId, step);
      }
    }
  }

  /** As few records as come to the same. */
  *records(): Generator<JournalRecord> {
    if (this.owner !== null) yield { kind: 'owner', owner: this.owner };
    if (this.timeMs !== null) yield { kind: 'time', ms: this.timeMs };
    for (const [chargePointId, { messages, sessions, steps, lastNumber }] of this.#stations) {
      for (const [number, message] of messages) yield { kind: 'added', chargePointId, number, message };
      for (const [session, transactionId] of sessions)
        yield { kind: 'session', chargePointId, session, transactionId };
      // Last, since messages that wait may be older than what was settled.
      if (lastNumber > 0) yield { kind: 'progress', chargePointId, number: lastNumber, steps: [...steps] };
    }
  }

  #station(chargePointId: string): Station {
    let found = this.#stations.get(chargePointId);
    if (found === undefined) {
      found = { messages: new Map(), sessions: new Map(), steps: new Map(), lastNumber: 0 };
      this.#stations.set(chargePointId, found);
    }
    return found;
  }
}
