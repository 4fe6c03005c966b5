import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** LOG_OFFSET_OUT_OF_RANGE: what is stored and what the log has don't meet. */
export function outOfRange(
  log: string,
  partition: number,
  nextOffset: number,
  { low, high }: { readonly low: number; readonly high: number },
): MeterpulseError {
  return new MeterpulseError(
    'LOG_OFFSET_OUT_OF_RANGE',
    `${log}, partition ${partition}: stored up to offset ${nextOffset}, but the log has ${low} to ${high}`,
  );
}
