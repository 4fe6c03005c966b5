import { z } from 'zod';
import { pemFile } from './secret-variables.js';
import { wholeNumber } from './whole-number.js';

/** What a listener speaks. */
export const TLS_MODES = ['off', 'on', 'mutual'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

const mode = () => z.enum(TLS_MODES, { error: 'off, on or mutual' }).optional();
const port = () => wholeNumber(0, 65_535).optional();

/** How the listeners of every role speak TLS; part of `environmentSchema`. */
export const tlsVariables = {
  TLS_CERT_FILE: pemFile()
    .optional()
    .describe(
      'Certificate of all listeners, in PEM, with those between it and its CA. With it they speak TLS unless their own variable says `off`. Read again every TLS_RELOAD_INTERVAL_MS, as its key.',
    ),
  TLS_KEY_FILE: pemFile().optional().describe('Private key of TLS_CERT_FILE, in PEM, without a passphrase.'),
  TLS_CLIENT_CA_FILE: pemFile()
    .optional()
    .describe(
      'Certificates of the CAs, in PEM, of which one has to have signed those of clients, where a listener is `mutual`. Read again as TLS_CERT_FILE.',
    ),
  TLS_CLIENT_CRL_FILE: pemFile()
    .optional()
    .describe(
      'Revocation lists of those CAs, in PEM, one of each. A certificate on it is refused, and its sockets are closed; all are while a list is out of date. Read again as TLS_CERT_FILE.',
    ),
  TLS_MIN_VERSION: z
    .enum(['1.2', '1.3'], { error: '1.2 or 1.3' })
    .default('1.2')
    .describe('Oldest version of TLS that listeners speak. Many charge points know no 1.3.'),
  TLS_RELOAD_INTERVAL_MS: wholeNumber(100, 3_600_000)
    .default(5_000)
    .describe('How often the files of TLS are looked at; what changed is in force from then on.'),
  GATEWAY_TLS: mode().describe(
    'What GATEWAY_PORT speaks: plain WebSocket (`off`, OCPP security profile 1), TLS (`on`, profile 2), or TLS where charge points show certificates (`mutual`, profile 3). Default: `on` when TLS_CERT_FILE is set, else `off`.',
  ),
  GATEWAY_PLAIN_PORT: port().describe(
    'A second port of the gateway, without TLS (profile 1), beside a GATEWAY_PORT that has it. Unset: none.',
  ),
  GATEWAY_MUTUAL_TLS_PORT: port().describe(
    'Another port of the gateway, where charge points show certificates (profile 3), beside a GATEWAY_PORT where they do not. Unset: none.',
  ),
  API_TLS: mode().describe(
    'What API_PORT speaks: HTTP (`off`), HTTPS (`on`), or HTTPS to clients that show a certificate beside their token (`mutual`). Default as of GATEWAY_TLS.',
  ),
  LIVE_TLS: mode().describe('The same of LIVE_PORT.'),
  ADMIN_TLS: mode().describe('The same of ADMIN_PORT, health and metrics.'),
};
