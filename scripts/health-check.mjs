// For HEALTHCHECK of the image: 0 when the role that runs in this container is alive (with the argument `ready`: ready).
// Plain, without the program's modules: it starts every few seconds.
/* global AbortSignal, console, fetch */
import process from 'node:process';

/** Where roles have their health unless ADMIN_PORT names another: docs/operations.md. One role a container: one answers. */
const ROLE_PORTS = [9464, 9465, 9466, 9467];
const TIMEOUT_MS = 4_000;

const path = process.argv[2] === 'ready' ? '/health/ready' : '/health/live';
const given = process.env.ADMIN_PORT;
const ports = given === undefined || given === '' ? ROLE_PORTS : [Number(given)];

const answers = await Promise.allSettled(
  ports.map(async (port) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { port, status: response.status, text: await response.text() };
  }),
);
const answered = answers.flatMap(({ value }) => value ?? []);
for (const { port, status, text } of answered) console.log(`${port}${path} ${status} ${text}`);
if (answered.length === 0) console.log(`nothing answers on ${ports.join(', ')}`);
process.exit(answered.some(({ status }) => status === 200) ? 0 : 1);
