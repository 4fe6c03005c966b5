import type { ServerMessage } from '../../protocol/live/server-message.js';
import { isChangeId } from './change-order.js';

type Fields = Readonly<Record<string, unknown>>;

/** The messages of a frame, each still to be judged by {@link readMessage}; null: the frame is none. */
export function readFrame(data: unknown): readonly unknown[] | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    return Array.isArray(frame) ? frame : null;
  } catch {
    return null;
  }
}

/**
 * The message, when it has what its type has; `unknown` when its type is none of this version, and may be passed over; null
 * when it is broken. Judged by hand: a schema library would outweigh all the rest of the client.
 */
export function readMessage(message: unknown): ServerMessage | 'unknown' | null {
  if (!isObject(message) || typeof message['type'] !== 'string') return null;
  const isRight = SHAPES[message['type']];
  // `hasOwn`: a type such as "constructor" is none.
  if (!Object.hasOwn(SHAPES, message['type']) || isRight === undefined) return 'unknown';
  if (message['type'] === 'STATUS' && message['kind'] !== 'fleet' && message['state'] !== 'live')
    return 'unknown';
  const isOfSocket = message['type'] === 'ERROR' || message['type'] === 'SESSION';
  const hasId = typeof message['id'] === 'string' || (isOfSocket && message['id'] === null);
  return hasId && typeof message['timestamp'] === 'string' && isRight(message)
    ? (message as unknown as ServerMessage)
    : null;
}

const isRow = (kind: unknown, data: unknown, isPart = false): boolean =>
  isObject(data) &&
  (kind === 'reading' ? isReading(data, isPart) : kind === 'chargePoint' && isChargePoint(data, isPart));

const has = (fields: Fields, type: string, names: readonly string[]): boolean =>
  names.every((name) => typeof fields[name] === type);

const READING_TEXTS = ['chargePointId', 'measurand', 'phase', 'location', 'unit', 'context', 'timestamp'];

function isReading(data: Fields, isPart: boolean): boolean {
  if (!has(data, 'string', READING_TEXTS) || !has(data, 'number', ['evseId', 'connectorId'])) return false;
  return typeof data['value'] === 'number' ? true : isPart && data['value'] === undefined;
}

function isChargePoint(data: Fields, isPart: boolean): boolean {
  if (typeof data['id'] !== 'string') return false;
  return isPart || (has(data, 'string', ['label', 'site', 'status']) && typeof data['version'] === 'number');
}

const isChange = ({ kind, data, changeId }: Fields): boolean => isChangeId(changeId) && isRow(kind, data);

const SHAPES: Readonly<Record<string, (message: Fields) => boolean>> = {
  INSERT: isChange,
  DELETE: isChange,
  UPDATE: ({ kind, oldData, newData, changeId }) =>
    isChangeId(changeId) && isRow(kind, oldData, true) && isRow(kind, newData, true),
  INITIAL_DATA: ({ data, isLast, changeId }) =>
    isChangeId(changeId) &&
    typeof isLast === 'boolean' &&
    Array.isArray(data) &&
    data.every((item: unknown) => isObject(item) && isRow(item['kind'], item)),
  RESYNC: ({ reason }) => typeof reason === 'string',
  LAGGING: ({ skipped, changeId }) => typeof skipped === 'number' && isChangeId(changeId),
  STATUS: ({ kind, data, changeId }) => (kind === 'fleet' ? isObject(data) : isChangeId(changeId)),
  SESSION: ({ expiresAt, renewableFrom, timestamp }) =>
    [expiresAt, renewableFrom, timestamp].every((time) => Number.isFinite(Date.parse(String(time)))),
  ERROR: ({ error }) => isObject(error) && has(error, 'string', ['code', 'message']),
};

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
