// Pushes a reading and waits until the live feed tells of it:
//     node round-trip.mjs ws://127.0.0.1:3002/live ws://127.0.0.1:3000/ingest
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { createLiveClient } from '@meterpulse/live';

const [liveUrl = 'ws://127.0.0.1:3002/live', ingestUrl = 'ws://127.0.0.1:3000/ingest'] =
  process.argv.slice(2);
const chargePointId = 'SDK-1';
const live = createLiveClient({ liveUrl, ingestUrl });
live.on('error', ({ code, message, remedy }) => process.stderr.write(`${code}: ${message}. ${remedy}\n`));

const subscription = live.subscribe({
  filter: { chargePointIds: [chargePointId], kinds: ['reading'] },
  snapshot: false,
});
await live.init();

const timestamp = new Date().toISOString();
const begin = performance.now();
const arrived = new Promise((resolve) => {
  subscription.on('insert', ({ data }) => {
    if (data.timestamp === timestamp) resolve(data);
  });
});
const [outcome] = await live.push({
  chargePointId,
  timestamp,
  value: 7.2,
  unit: 'kW',
  measurand: 'Power.Active.Import',
});
if (outcome.status !== 'accepted') throw new Error(`the reading is ${outcome.status}`);
const acknowledgedMs = performance.now() - begin;
const { value, unit } = await arrived;
const liveMs = performance.now() - begin;
process.stdout.write(
  `${value} ${unit}: durable after ${acknowledgedMs.toFixed(1)} ms, live after ${liveMs.toFixed(1)} ms\n`,
);
live.close();
