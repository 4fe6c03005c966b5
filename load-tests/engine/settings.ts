import { z } from 'zod';

/** What the coordinator tells each Artillery process, under `config.engines.ocpp`. */
export const settingsSchema = z.strictObject({
  /** Where its files go, and the hold is announced. */
  directory: z.string().min(1),
  /** Names this process; its charge points are `<prefix><part>-<number>`. */
  part: z.string().regex(/^[\w-]+$/),
  prefix: z.string().min(1),
  /** ws://host:port; null: nothing here needs it. */
  gatewayUrl: z.string().nullable(),
  liveUrl: z.string().nullable(),
  /** http://host:port */
  apiUrl: z.string().nullable(),
  /** Sockets begin at this address of the machine; null: whatever the system takes. */
  localAddress: z.string().nullable(),
  /** What is shown at the doors, as the client's own commands take it: names of files, and nothing that is secret. */
  files: z.strictObject({
    keyFile: z.string().optional(),
    passwordsFile: z.string().optional(),
    caFile: z.string().optional(),
  }),
  /** Between the readings of a charge point, seconds. */
  every: z.number().positive(),
  /** What is unanswered at the end is waited for so long, seconds. */
  drain: z.number().nonnegative(),
  /** Parts of charge points that subscribers may choose from, and how many each has. */
  fleet: z.array(z.object({ part: z.string(), sockets: z.number().int().positive() })),
});
export type Settings = z.output<typeof settingsSchema>;
