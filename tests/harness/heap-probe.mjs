// Loaded into a process by `NODE_OPTIONS=--import <this file>`: tells its memory after a collection to whoever connects to
// `$HEAP_PROBE_DIRECTORY/<pid>.sock`. What is measured needs no code of its own for that.
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const directory = process.env.HEAP_PROBE_DIRECTORY;
if (directory === undefined) throw new Error('HEAP_PROBE_DIRECTORY says where the probe listens');
if (process.env.HEAP_PROBE_PLAIN_CODE === 'true') {
  // Optimised code lives on the heap, comes and goes: without it the heap repeats itself to a few kilobytes.
  for (const flag of ['--no-opt', '--no-maglev', '--no-sparkplug', '--no-flush-bytecode'])
    setFlagsFromString(flag);
}
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  // Twice: what the first pass finalises, the second one frees.
  collect();
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  socket.end(JSON.stringify({ rss, heapUsed, external }));
});
// Exclusive: in a cluster the primary would listen for its processes.
server.listen({ path: join(directory, `${process.pid}.sock`), exclusive: true });
server.unref();
