import type { Place } from './field-cipher.js';

/** Where what a charge point was asked, and what it answered, stands: both may name people. */
export function commandPlace(
  column: 'request' | 'answer' | 'error_description' | 'error_details',
  id: string,
): Place {
  return { column: `commands.${column}`, row: id };
}
