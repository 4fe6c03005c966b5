// Asks the API and the live feed, as screens do, five times a second each: a line per question, with what went wrong.
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { setInterval } from 'node:timers/promises';

const { AbortSignal, Buffer, fetch, WebSocket } = globalThis;

/** Longer than any answer takes, shorter than anybody waits, ms. */
const TIMEOUT_MS = 5_000;

/** Shown at both doors. A WebSocket has no place for it but among its subprotocols. */
const key = readFileSync('/tmp/key', 'utf8').trim();
const SUBPROTOCOLS = ['meterpulse', `bearer.${Buffer.from(key).toString('base64url')}`];

/** What each question does: it ends once the answer is there, and throws when none comes. */
const QUESTIONS = {
  async api() {
    // One connection a question, so that each goes wherever the Service leads at that moment.
    const headers = { connection: 'close', authorization: `Bearer ${key}` };
    const response = await fetch('http://api:3001/v1/stats', {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers,
    });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
  },
  async live() {
    const socket = new WebSocket('ws://live:3002/live', SUBPROTOCOLS);
    // One that is refused never opens: its time runs out.
    await once(socket, 'open', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    socket.close();
  },
};

for await (const each of setInterval(200, Object.entries(QUESTIONS))) {
  for (const [name, question] of each) {
    question().then(
      () => appendFileSync('/tmp/asked.txt', `${name} answered\n`),
      (error) =>
        appendFileSync(
          '/tmp/asked.txt',
          `${name} failed ${new Date().toISOString()} ${error.cause ?? error.message ?? error.type}\n`,
        ),
    );
  }
}
