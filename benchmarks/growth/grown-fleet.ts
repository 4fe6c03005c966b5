/**
 * The plain fleet that the table is grown by: each charge point charges for two hours a day and samples its register and its power
 * every two minutes. More readings are more charge points in the same ten days, so that a day's partition grows with the table.
 */
import { SAMPLES_A_DAY, SERIES } from '../fleet.js';

export const DAYS = 10;
export const DAY_MS = 86_400_000;
/** Begin of the first UTC day, ms since 1970. */
export const FROM = Date.UTC(2026, 0, 1);
/** Of the day after the last one, which is empty. */
export const NEW_DAY = FROM + DAYS * DAY_MS;
/** Sessions begin at so many different minutes of the day; charge points that many apart sample alike. */
export const STARTS = 1_260;
/** Prime to STARTS: neighbours by number are no neighbours in time. */
const STRIDE = 359;
export const SAMPLE_SECONDS = 120;

/** @returns minute of the day at which a charge point begins to charge. */
export const startMinuteOf = (chargePoint: number): number => (chargePoint * STRIDE) % STARTS;

/** Wh. A charge point's register stands still from one session to the next. */
export const registerOf = (chargePoint: number, day: number, sample: number): number =>
  (chargePoint % STARTS) * 1_000 + (day * (SAMPLES_A_DAY - 1) + sample) * 200;

/** W. */
export const powerOf = (chargePoint: number): number => 6_000 + (chargePoint % 7);

export const chargePointsOf = (readings: number): number =>
  Math.max(100, Math.round(readings / (SERIES * SAMPLES_A_DAY * DAYS)));

export const readingsOf = (chargePoints: number): number => chargePoints * SERIES * SAMPLES_A_DAY * DAYS;
