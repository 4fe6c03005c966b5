import { SAMPLES_A_DAY } from '../fleet.js';
import type { BenchMessage, Workload } from '../workload.js';
import {
  chargePointsOf,
  DAY_MS,
  FROM,
  powerOf,
  registerOf,
  SAMPLE_SECONDS,
  startMinuteOf,
} from './grown-fleet.js';

export interface MessagesRequest {
  /** Readings in the table: the charge points that send lie evenly among all that it has. */
  readonly size: number;
  /** Charge points that send. */
  readonly senders: number;
  /** From 0: the day that is told of. */
  readonly day: number;
  /** Of each charge point, the first so many of its samples. The first sixteenth of them, one at least, warms up. */
  readonly samples: number;
  /** Seconds after the samples that the table has; each is a message of each charge point and sample. */
  readonly offsets: readonly number[];
}

/** Messages of a register and a power each, in the order of time. */
export function fleetMessages({ size, senders, day, samples, offsets }: MessagesRequest): Workload {
  const chargePoints = chargePointsOf(size);
  if (senders > chargePoints || samples > SAMPLES_A_DAY || samples < 2) {
    throw new RangeError(`${samples} samples of ${senders} of ${chargePoints} charge points can't be had`);
  }
  const messages = Array.from(
    { length: senders },
    (_, index) => 1 + Math.floor((index * chargePoints) / senders),
  ).flatMap((chargePoint) =>
    Array.from({ length: samples }, (_, sample) => sample).flatMap((sample) =>
      offsets.map((offset) => messageOf(chargePoint, day, sample, offset)),
    ),
  );
  const warmUpSamples = Math.ceil(samples / 16);
  const isFirst = (_: BenchMessage, index: number): boolean =>
    index % (samples * offsets.length) < warmUpSamples * offsets.length;
  const byTime = (a: BenchMessage, b: BenchMessage): number => a.receivedAt - b.receivedAt;
  return {
    warmUp: messages.filter(isFirst).sort(byTime),
    measured: messages.filter((message, index) => !isFirst(message, index)).sort(byTime),
  };
}

function messageOf(chargePoint: number, day: number, sample: number, offset: number): BenchMessage {
  const seconds = startMinuteOf(chargePoint) * 60 + sample * SAMPLE_SECONDS + offset;
  const at = FROM + day * DAY_MS + seconds * 1_000;
  const value = (measurand: string, unit: string, number: number): unknown => ({
    value: String(number),
    measurand,
    unit,
  });
  return {
    chargePointId: `CP-${chargePoint}`,
    receivedAt: at,
    payload: {
      connectorId: 1,
      meterValue: [
        {
          timestamp: new Date(at).toISOString(),
          sampledValue: [
            value('Energy.Active.Import.Register', 'Wh', registerOf(chargePoint, day, sample) + offset),
            value('Power.Active.Import', 'W', powerOf(chargePoint)),
          ],
        },
      ],
    },
  };
}
