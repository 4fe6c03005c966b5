import type { ConnectionRow } from '../store/read/connections.js';

/** Fields of a connection, in the order of CSV's columns. */
export const CONNECTION_COLUMNS = [
  'chargePointId',
  'state',
  'protocol',
  'connectedAt',
  'lastMessageAt',
  'disconnectedAt',
  'closeReason',
  'remoteAddress',
  'gateway.id',
  'gateway.host',
  'gateway.pid',
  'vendor',
  'model',
  'serialNumber',
  'firmwareVersion',
  'bootedAt',
  'outstandingCommand',
];

export function presentConnection(row: ConnectionRow) {
  return {
    chargePointId: row.chargePointId,
    state: row.state,
    protocol: row.protocol,
    connectedAt: row.connectedAt.toISOString(),
    lastMessageAt: row.lastMessageAt?.toISOString() ?? null,
    disconnectedAt: row.disconnectedAt?.toISOString() ?? null,
    closeReason: row.closeReason,
    remoteAddress: row.remoteAddress,
    gateway: { id: row.gatewayId, host: row.gatewayHost, pid: row.gatewayPid },
    vendor: row.vendor,
    model: row.model,
    serialNumber: row.serialNumber,
    firmwareVersion: row.firmwareVersion,
    bootedAt: row.bootedAt?.toISOString() ?? null,
    outstandingCommand: row.outstandingCommand,
  };
}
