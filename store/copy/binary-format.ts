/*
 * PostgreSQL's binary COPY format:
 *
 *     file  = header row* -1:int16
 *     row   = fieldCount:int16 field*
 *     field = length:int32 bytes | -1:int32 (null)
 */

/** "PGCOPY", flags and the length of a header extension that there isn't. */
export const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
export const TRAILER_BYTES = 2;
/** timestamptz counts microseconds from 2000-01-01. */
export const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
export const TWO_TO_32 = 2 ** 32;
