import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { StoredMessage } from '../station/journal-record.js';

/** A reading that the server acknowledged, as the table of readings should have it. */
export interface AcknowledgedReading {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly timestamp: string;
  readonly value: number;
  /** null outside of sessions. */
  readonly transactionId: string | null;
}

const meterValueSchema = z.object({
  timestamp: z.string(),
  sampledValue: z.array(
    z.object({
      value: z.string().transform(Number),
      context: z.string(),
      measurand: z.string(),
      location: z.string(),
      unit: z.string(),
    }),
  ),
});
type MeterValue = z.infer<typeof meterValueSchema>;
const idSchema = z.number().transform(String).nullish();
const meterValuesSchema = z.object({ transactionId: idSchema, meterValue: z.array(meterValueSchema) });
const startSchema = z.object({ timestamp: z.string(), meterStart: z.number() });
/** OCPP 2.0.1: numbers, and readings of the EVSE as a whole. */
const meterValueSchema201 = z.object({
  timestamp: z.string(),
  sampledValue: z.array(
    z
      .object({
        value: z.number(),
        context: z.string(),
        measurand: z.string(),
        location: z.string(),
        unitOfMeasure: z.object({ unit: z.string() }),
      })
      .transform(({ unitOfMeasure, ...rest }) => ({ ...rest, unit: unitOfMeasure.unit })),
  ),
});
const eventSchema = z.object({
  evse: z.object({ id: z.number() }),
  transactionInfo: z.object({ transactionId: z.string() }),
  meterValue: z.array(meterValueSchema201),
});
const evseSchema = z.object({ evseId: z.number(), meterValue: z.array(meterValueSchema201) });
const stopSchema = z.object({
  transactionId: idSchema,
  timestamp: z.string(),
  meterStop: z.number(),
  transactionData: z.array(meterValueSchema),
});

/**
 * What a message of ours says, reading by reading. `sent` is the JSON text that left; `answer` is what came back, which names
 * the session of a Start.
 */
export function readingsOf(
  chargePointId: string,
  { action, connectorId }: Pick<StoredMessage, 'action' | 'connectorId'>,
  sent: string,
  answer: Readonly<Record<string, unknown>>,
): readonly AcknowledgedReading[] {
  const payload: unknown = JSON.parse(sent);
  const place = { chargePointId, evseId: 0, connectorId };
  const register = (context: string, timestamp: string, value: number, transactionId: string | null) => ({
    ...place,
    ...{ measurand: 'Energy.Active.Import.Register', phase: '', location: 'Outlet', unit: 'Wh' },
    ...{ context, timestamp, value, transactionId },
  });
  const measured = (
    meterValues: readonly MeterValue[],
    transactionId: string | null,
    at: { readonly evseId: number; readonly connectorId: number } = place,
  ) =>
    meterValues.flatMap(({ timestamp, sampledValue }) =>
      sampledValue.map(({ value, context, measurand, location, unit }) => ({
        ...{ chargePointId, evseId: at.evseId, connectorId: at.connectorId },
        ...{ measurand, phase: '', location, unit, context, timestamp, value, transactionId },
      })),
    );
  switch (action) {
    case 'TransactionEvent': {
      const { evse, transactionInfo, meterValue } = eventSchema.parse(payload);
      return measured(meterValue, transactionInfo.transactionId, { evseId: evse.id, connectorId: 0 });
    }
    case 'MeterValues': {
      const ofEvse = evseSchema.safeParse(payload).data;
      if (ofEvse !== undefined)
        return measured(ofEvse.meterValue, null, { evseId: ofEvse.evseId, connectorId: 0 });
      const { transactionId = null, meterValue } = meterValuesSchema.parse(payload);
      return measured(meterValue, transactionId);
    }
    case 'StartTransaction': {
      const { timestamp, meterStart } = startSchema.parse(payload);
      return [register('MeterStart', timestamp, meterStart, idSchema.parse(answer['transactionId']) ?? null)];
    }
    case 'StopTransaction': {
      const { transactionId = null, timestamp, meterStop, transactionData } = stopSchema.parse(payload);
      return [
        register('MeterStop', timestamp, meterStop, transactionId),
        ...measured(transactionData, transactionId),
      ];
    }
    default:
      return [];
  }
}

/** Cuts off what a killed process left of a line, so that the next line begins one. */
export function cutTornLine(path: string): void {
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(path, end);
}

const FLUSH_FROM = 256 * 1024;

/**
 * A file with one JSON line for each acknowledged reading. Lines are added to those that are there; a reading that was
 * acknowledged twice, by a repetition or over a crash, has two: they are equal.
 */
export class ReadingLedger {
  /** Lines written. */
  readings = 0;
  readonly #file: number;
  #lines: string[] = [];
  #size = 0;

  /** Throws LEDGER_UNWRITABLE. `continued`: what is there stays. */
  constructor(path: string, continued: boolean) {
    try {
      this.#file = openSync(path, continued ? 'a' : 'w');
    } catch (cause) {
      throw new MeterpulseError('LEDGER_UNWRITABLE', `The ledger ${path} can't be written.`, { cause });
    }
  }

  add(readings: readonly AcknowledgedReading[]): void {
    for (const reading of readings) {
      const line = `${JSON.stringify(reading)}\n`;
      this.#lines.push(line);
      this.#size += line.length;
      this.readings++;
    }
    if (this.#size >= FLUSH_FROM) this.flush();
  }

  /** Several processes may write one file: whole lines by one call each. */
  flush(): void {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#size = 0;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}
