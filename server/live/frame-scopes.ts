import type { ClientMessage } from '../../protocol/live/client-message.js';
import type { Scope } from '../access/scope.js';

/** What one must be allowed to do to send each kind of message. */
export const FRAME_SCOPES: Readonly<Record<ClientMessage['type'], Scope>> = {
  SUBSCRIBE: 'readings:read',
  UNSUBSCRIBE: 'readings:read',
  RENEW: 'readings:read',
};
