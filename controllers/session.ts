import type { Principal } from '../server/access/access.js';
import { created, ok, type Answer } from './answer.js';

/** Gives out tickets for WebSockets. Rejects while it can't. */
export interface TicketOffice {
  issue(principal: Principal): Promise<{ readonly ticket: string; readonly expiresAt: Date }>;
}

interface Asked {
  readonly principal: Principal;
}

export function sessionController(tickets: TicketOffice) {
  return {
    show: ({ principal }: Asked): Promise<Answer> => {
      const { name, scopes, sites, expiresAt } = principal;
      const session = {
        name,
        scopes: [...scopes].sort(),
        sites: sites === null ? null : [...sites].sort(),
        expiresAt: expiresAt === Infinity ? null : new Date(expiresAt).toISOString(),
      };
      return Promise.resolve(ok(session));
    },

    issueTicket: async ({ principal }: Asked): Promise<Answer> => {
      const { ticket, expiresAt } = await tickets.issue(principal);
      return created({ ticket, expiresAt: expiresAt.toISOString() }, {});
    },
  };
}
