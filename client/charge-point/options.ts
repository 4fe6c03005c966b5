import { z } from 'zod';
import { isChargePointId } from '../../protocol/identifier.js';
import { credentialFilesShape } from '../transport/credential-files.js';
import { gatewayUrlSchema } from '../wire/gateway-url.js';
import { parseDuration } from './language/duration.js';
import { SPOKEN_PROTOCOLS } from '../wire/spoken-protocols.js';

const durationSchema = z
  .string()
  .transform((text) => parseDuration(/^\d+$/.test(text) ? `${text}s` : text) ?? 0)
  .refine((ms) => ms >= 100 && ms <= 3_600_000, 'a time from 100ms to 1h, such as 10s');

/** What the client is told, with defaults. */
export const clientOptionsSchema = z.strictObject({
  /** The gateway. Without a path: `/ocpp` or `/ingest`, as the protocol has it. */
  url: gatewayUrlSchema.default(new URL('ws://127.0.0.1:3000')),
  id: z
    .string()
    .refine(isChargePointId, 'an id of 1 to 255 characters, none of them control characters')
    .default('CP-1'),
  protocol: z.enum(SPOKEN_PROTOCOLS, `one of ${SPOKEN_PROTOCOLS.join(', ')}`).default('ocpp1.6'),
  /** ms that an answer, or in a script a connection, may take. */
  timeout: durationSchema.default(30_000),
  /** Commands to do instead of asking for them. */
  exec: z.string().optional(),
  keepGoing: z.boolean().default(false),
  frames: z.boolean().default(false),
  ...credentialFilesShape,
  json: z.boolean().default(false),
});

export type ClientOptions = z.output<typeof clientOptionsSchema>;
