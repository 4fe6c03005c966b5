import { listed } from './listed.js';
import { MEBIBYTE, wholeNumber } from './whole-number.js';
import { z } from 'zod';

/** What the live role reads from the environment; part of `environmentSchema`. */
export const liveVariables = {
  LIVE_PORT: wholeNumber(0, 65_535).default(3002).describe('Live feed, `/live`. 0: any free port, printed.'),
  LIVE_MAX_CONNECTIONS: wholeNumber(1, 1_000_000)
    .default(10_000)
    .describe(
      'Sockets of `/live` in a process; beyond it new ones get 503. Keep it below the open files limit.',
    ),
  LIVE_MAX_SUBSCRIPTIONS: wholeNumber(1, 10_000).default(100).describe('Subscriptions of one socket.'),
  LIVE_MAX_MESSAGE_BYTES: wholeNumber(1_024, 16 * MEBIBYTE)
    .default(256 * 1024)
    .describe('A larger message of a client closes its socket with 1009.'),
  LIVE_ORIGINS: listed()
    .optional()
    .describe(
      'Origins whose pages may connect, such as `https://meters.example`, separated by commas; `*`: any. Unset: pages of the same host name, whatever their port. Clients that are no browsers send none and are not concerned.',
    ),
  LIVE_BATCH_MAX_MESSAGES: wholeNumber(1, 10_000).default(100).describe('Messages in one frame at most.'),
  LIVE_BATCH_MAX_WAIT_MS: wholeNumber(0, 10_000)
    .default(50)
    .describe(
      'How long a message waits for others at most, while the process is busy sending. When idle it goes at once.',
    ),
  LIVE_DEFLATE: z
    .enum(['true', 'false'], { error: 'true or false' })
    .default('false')
    .describe(
      'Whether clients that offer permessage-deflate get it: a fraction of the bytes, for a compression of each frame for each socket.',
    ),
  LIVE_BUFFER_BYTES: wholeNumber(64 * 1024, 1024 * MEBIBYTE)
    .default(MEBIBYTE)
    .describe(
      'Unsent bytes of a socket above which its subscriptions are told the newest of each series alone, until it has caught up.',
    ),
  LIVE_CONFLATE_MAX: wholeNumber(1, 10_000_000)
    .default(20_000)
    .describe(
      'Series, and changes of charge points, that wait for a subscription that is too slow; beyond it the subscription begins anew (RESYNC).',
    ),
  LIVE_RECENT_MB: wholeNumber(1, 65_536)
    .default(64)
    .describe(
      'MiB of recent changes kept in memory, from which clients that come back go on; older ones come from the table.',
    ),
  LIVE_SNAPSHOTS: wholeNumber(1, 100)
    .default(4)
    .describe(
      'Snapshots, and reads of older changes, under way in a process; each takes a connection. Others wait.',
    ),
  LIVE_PING_INTERVAL_MS: wholeNumber(100, 3_600_000)
    .default(30_000)
    .describe(
      'WebSocket pings; a socket silent for two intervals is closed. Below the idle timeout of proxies.',
    ),
  LIVE_DRAIN_MS: wholeNumber(0, 600_000)
    .default(5_000)
    .describe('At SIGTERM sockets of `/live` are closed evenly over this time.'),
  LIVE_FLEET_INTERVAL_MS: wholeNumber(100, 3_600_000)
    .default(2_000)
    .describe('How often figures of the fleet are taken while anybody asks for them.'),
  LIVE_SESSION_MAX_AGE_MS: wholeNumber(1_000, 604_800_000)
    .default(3_600_000)
    .describe(
      'How long a socket of `/live` is served after somebody showed who they are; earlier where their token or key ends earlier. So long at most hears somebody whose key was revoked. Without authentication there is no end.',
    ),
  LIVE_RENEWAL_WINDOW_MS: wholeNumber(0, 604_800_000)
    .default(600_000)
    .describe(
      'How long before that end a client may show anew who it is (RENEW) and go on without another connection. 0: never.',
    ),
};
