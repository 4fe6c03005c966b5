import { isIP } from 'node:net';
import { listed } from './listed.js';
import { wholeNumber } from './whole-number.js';

/** What bounds those who ask; part of `environmentSchema`. */
export const limitVariables = {
  API_MAX_CONNECTIONS: wholeNumber(1, 1_000_000)
    .default(10_000)
    .describe(
      'Connections of an API process, those of `/live` through it included; beyond it requests get 503 and are told to come again. Keep it below the open files limit.',
    ),
  API_CORS_ORIGINS: listed()
    .refine((origins) => origins.every(isOrigin), {
      error:
        'origins such as https://meters.example, separated by commas: scheme, host and port alone, and no *',
    })
    .default([])
    .describe(
      'Origins whose pages may ask the API (CORS), such as `https://meters.example`, separated by commas. Unset: none but its own. Pages of the live feed: LIVE_ORIGINS.',
    ),
  LIMIT_KEY_PER_MINUTE: wholeNumber(0, 1_000_000_000)
    .default(1_000)
    .describe(
      'Requests to the API and handshakes of `/live` and `/ingest` a minute of one access key, or of one subject of tokens, over all processes; beyond it 429 with Retry-After. 0: any number.',
    ),
  LIMIT_MESSAGES_PER_MINUTE: wholeNumber(0, 1_000_000_000)
    .default(600_000)
    .describe(
      'Messages over `/ingest` a minute of one access key, or of one subject of tokens, over all its sockets and all processes; beyond it they are answered `retry`. 0: any number.',
    ),
  LIMIT_SITE_PER_MINUTE: wholeNumber(0, 1_000_000_000)
    .default(10_000)
    .describe(
      'The same of all together who are shown the rows of a site, and not those of every site. 0: any number.',
    ),
  LIMIT_ADDRESS_PER_MINUTE: wholeNumber(0, 1_000_000_000)
    .default(10_000)
    .describe(
      'The same of one remote address (IPv6: one /64), whoever asks from there. Charge points are not counted by it, of which thousands may share an address: GATEWAY_ADDRESS_RATE. Behind a proxy set TRUSTED_PROXIES, or all come from one. Loopback is not counted. 0: any number.',
    ),
  TRUSTED_PROXIES: listed()
    .refine((proxies) => proxies.every(isAddressOrSubnet), {
      error: 'addresses and subnets such as 10.0.0.0/8, separated by commas',
    })
    .default([])
    .describe(
      'Addresses and subnets of proxies whose `X-Forwarded-For` says where a request comes from, such as `10.0.0.0/8`, separated by commas. Unset: none is believed.',
    ),
};

function isAddressOrSubnet(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
