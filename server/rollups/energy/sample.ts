/** A reading as the rules see it. Times are ms since 1970 UTC, values Wh. */
export interface EnergyReading {
  readonly ms: number;
  readonly value: number;
  /** The lower one is the sample, of several readings of one instant. */
  readonly rank: number;
  readonly class: SampleClass;
  /** The charging session it belongs to, by the id of its transaction; null: none. */
  readonly session: number | null;
  /** null: nobody edited it. */
  readonly edit: ReadingEdit | null;
}

/** What edits made of a reading. */
export interface ReadingEdit {
  /** `read`: its value is the one that was read; `replaced`: an operator's instead; `inserted`: there is no reading. */
  readonly origin: 'read' | 'replaced' | 'inserted';
  /** An operator says that it is right, however it looks. */
  readonly isConfirmed: boolean;
}

export const isConfirmed = ({ edit }: Pick<EnergyReading, 'edit'>): boolean => edit?.isConfirmed === true;

/** Whether its value is an operator's. */
export const isTyped = ({ edit }: Pick<EnergyReading, 'edit'>): boolean =>
  edit !== null && edit.origin !== 'read';

/** `clock`: aligned to the clock; `boundary`: at begin and end of a transaction; `sample`: all others. */
export type SampleClass = 'clock' | 'boundary' | 'sample';

/**
 * One sample an instant: the reading of the lowest rank; of a register, one that is not 0 before any 0.
 *
 * @param readings in the order of time.
 */
export function samplesOf<Reading extends Pick<EnergyReading, 'ms' | 'value' | 'rank'>>(
  readings: readonly Reading[],
  { zerosLast }: { readonly zerosLast: boolean },
): Reading[] {
  const samples: Reading[] = [];
  for (const reading of readings) {
    const best = samples.at(-1);
    if (best?.ms !== reading.ms) samples.push(reading);
    else if (isBefore(reading, best, zerosLast)) samples[samples.length - 1] = reading;
  }
  return samples;
}

function isBefore(
  a: Pick<EnergyReading, 'value' | 'rank'>,
  b: Pick<EnergyReading, 'value' | 'rank'>,
  zerosLast: boolean,
): boolean {
  if (zerosLast && (a.value === 0) !== (b.value === 0)) return b.value === 0;
  return a.rank < b.rank;
}
