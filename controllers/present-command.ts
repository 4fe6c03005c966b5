import type { CommandRow } from '../store/read/commands.js';

/** Fields of a command, in the order of CSV's columns. */
export const COMMAND_COLUMNS = [
  'id',
  'chargePointId',
  'action',
  'state',
  'requestedAt',
  'expiresAt',
  'sentAt',
  'endedAt',
  'gatewayId',
  'request',
  'payload',
  'error.code',
  'error.description',
  'error.details',
  'failure.reason',
  'failure.detail',
];

export function presentCommand(row: CommandRow) {
  const { state } = row;
  return {
    id: row.id,
    chargePointId: row.chargePointId,
    action: row.action,
    state,
    request: row.request,
    payload: state === 'answered' ? row.answer : null,
    error:
      state === 'error'
        ? {
            code: row.errorCode ?? '',
            description: row.errorDescription ?? '',
            details: row.errorDetails,
          }
        : null,
    failure: row.failure === null ? null : { reason: row.failure, detail: row.failureDetail ?? '' },
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    gatewayId: row.gatewayId,
  };
}
