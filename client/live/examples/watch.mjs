// Prints each change of a meterpulse server as a line of JSON, until Ctrl-C:
//     node watch.mjs ws://127.0.0.1:3002/live [charge point ...]
import process from 'node:process';
import { createLiveClient } from '@meterpulse/live';

const [liveUrl = 'ws://127.0.0.1:3002/live', ...chargePointIds] = process.argv.slice(2);
const live = createLiveClient({ liveUrl });
const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

live.on('status', ({ state, attempts }) => process.stderr.write(`${state}, attempts ${attempts}\n`));
live.on('error', ({ code, message, remedy }) => process.stderr.write(`${code}: ${message}. ${remedy}\n`));

const subscription = live.subscribe({ filter: chargePointIds.length > 0 ? { chargePointIds } : {} });
for (const name of ['initial', 'insert', 'update', 'delete', 'resync', 'lagging'])
  subscription.on(name, print);

process.once('SIGINT', () => live.close());
await live.connect();
