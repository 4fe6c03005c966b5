import type { Part } from './profile-shares.js';

const inFiles =
  (...files: readonly string[]) =>
  (file: string): boolean =>
    files.some((each) => file.includes(each));

/** What a worker does with a reading, in that order, by the files that do it. */
export const WORKER_PARTS: readonly Part[] = [
  { title: 'garbage collection', matches: (_, name) => name === '(garbage collector)' },
  { title: 'fetching: kafkajs, and the port of the log', matches: inFiles('/kafkajs/', '/server/broker/') },
  {
    title: 'decoding envelopes',
    matches: inFiles(
      '/worker/judge-record',
      '/protocol/envelope',
      '/protocol/json-depth',
      '/protocol/identifier',
    ),
  },
  { title: 'flattening payloads into readings', matches: inFiles('/protocol/') },
  {
    title: 'resolving names and days',
    matches: inFiles(
      ...[
        '/sink/batch-resolver',
        '/sink/drafts',
        '/sink/name-resolver',
        '/sink/charge-points',
        '/sink/reject-book',
      ],
      ...[
        '/sink/storable-',
        '/sink/series',
        '/sink/transactions',
        '/sink/generational-cache',
        '/store/partitions',
      ],
    ),
  },
  { title: 'encoding rows', matches: inFiles('/sink/copy-readings', '/sink/row-parameters', '/store/copy/') },
  {
    title: 'telling new ones from repeats, latest values, marks',
    matches: inFiles(
      ...['/sink/divide-rows', '/sink/reading-inserter', '/sink/newest-known', '/sink/upsert-latest'],
      ...['/sink/insert-readings', '/sink/read-repeats', '/sink/settle-repeats', '/sink/classify-readings'],
      ...['/sink/change-rows', '/sink/changed-spans', '/store/rollups/'],
    ),
  },
  {
    title: 'counters and positions',
    matches: inFiles('/sink/count-outcomes', '/sink/positions', '/sink/news'),
  },
  { title: 'the feed’s row', matches: inFiles('/store/feed/') },
  {
    title: 'sending statements: pg',
    matches: inFiles('/pg/', '/pg-pool/', '/pg-protocol/', '/pg-copy-streams/'),
  },
  { title: 'the worker’s buffer and batches', matches: inFiles('/server/worker/', '/store/pg-reading-sink') },
];
