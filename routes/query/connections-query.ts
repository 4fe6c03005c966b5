import { z } from 'zod';
import { PROTOCOL_NAMES } from '../../protocol/envelope.js';
import { CONNECTION_STATES } from '../../store/read/connections.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { uuid } from './uuid.js';

const KIND = 'connections';

export const connectionsQuery = z.object({
  chargePointId: parameter.chargePointIds.optional(),
  state: parameter
    .once(z.enum(CONNECTION_STATES, { error: `expected one of ${CONNECTION_STATES.join(', ')}` }))
    .describe('Only connections in this state.')
    .optional(),
  protocol: parameter
    .once(z.enum(PROTOCOL_NAMES, { error: `expected one of ${PROTOCOL_NAMES.join(', ')}` }))
    .describe('Only connections that speak this.')
    .optional(),
  gatewayId: parameter.once(uuid).describe('Only connections of this gateway process.').optional(),
  vendor: parameter.once(parameter.text(0, 50)).describe('Only charge points of this vendor.').optional(),
  model: parameter.once(parameter.text(0, 50)).describe('Only charge points of this model.').optional(),
  limit: parameter.limit,
  cursor: parameter.once(cursorSchema(KIND, z.tuple([parameter.chargePointIdText]))).optional(),
});
export type ConnectionsQuery = z.output<typeof connectionsQuery>;

export function connectionsCursor(lastId: string): string {
  return encodeCursor(KIND, [lastId]);
}
