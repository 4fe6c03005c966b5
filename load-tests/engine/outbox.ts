import type { AcknowledgedReading } from '../../client/simulate/reading-ledger.js';

export interface DueReading {
  /** By the clock of performance.now(). */
  readonly dueAt: number;
  readonly payload: string;
  readonly reading: AcknowledgedReading;
  /** It left at least once. */
  sent: boolean;
  /** A lost connection or a refusal held it up. */
  heldUp: boolean;
}

/** Makes the readings of one charge point: a register that only rises, at times that only rise. */
export class Meter {
  #wattHours: number;
  #lastTimestamp = 0;

  constructor(private readonly chargePointId: string) {
    this.#wattHours = Math.floor(Math.random() * 1_000_000);
  }

  read(dueAt: number): DueReading {
    this.#wattHours += 1 + Math.floor(Math.random() * 100);
    this.#lastTimestamp = Math.max(Date.now(), this.#lastTimestamp + 1);
    const timestamp = new Date(this.#lastTimestamp).toISOString();
    const sampled = {
      context: 'Sample.Periodic',
      measurand: 'Energy.Active.Import.Register',
      location: 'Outlet',
      unit: 'Wh',
    };
    const payload = JSON.stringify({
      connectorId: 1,
      meterValue: [{ timestamp, sampledValue: [{ value: String(this.#wattHours), ...sampled }] }],
    });
    const reading = {
      ...{ chargePointId: this.chargePointId, evseId: 0, connectorId: 1, ...sampled, phase: '' },
      ...{ timestamp, value: this.#wattHours, transactionId: null },
    };
    return { dueAt, payload, reading, sent: false, heldUp: false };
  }
}
