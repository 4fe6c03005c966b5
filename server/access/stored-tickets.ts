import { insertTicket, takeTicket } from '../../store/access/tickets.js';
import type { Pool } from '../../store/pool.js';
import { Tickets } from './tickets.js';

/** Tickets that any process may give out, and any other one take. */
export function storedTickets(pool: Pool): Tickets {
  return new Tickets({
    keep: (ticket) => insertTicket(pool, ticket),
    take: (hash) => takeTicket(pool, hash),
  });
}
