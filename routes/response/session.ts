import { z } from 'zod';
import { instant } from './instant.js';

export const session = z
  .object({
    name: z.string().describe('Of the key, or the `sub` of the token.'),
    scopes: z.array(z.string()).describe('What they may do; `admin`: everything.'),
    sites: z.array(z.string()).nullable().describe('Whose charge points they are shown; null: all.'),
    expiresAt: instant.nullable().describe('When the key or the token ends to be good; null: never.'),
  })
  .meta({ id: 'Session', description: 'Who asks.' });

export const ticket = z.object({ ticket: z.string(), expiresAt: instant }).meta({
  id: 'Ticket',
  description: 'Good for one WebSocket.',
  examples: [
    { ticket: 'mt_4bWq0T3mQ1kV9yP7cZs2hJx6nRdLgUfKaEiOwXtYbC8', expiresAt: '2026-03-10T06:00:30.000Z' },
  ],
});
