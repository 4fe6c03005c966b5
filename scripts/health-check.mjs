// For HEALTHCHECK of the image: 0 when the role that runs in this container is alive (with the argument `ready`: ready).
// Plain, without the program's modules: it starts every few seconds.
/* global console */
import http from 'node:http';
import https from 'node:https';
import process from 'node:process';

/** Where roles have their health unless ADMIN_PORT names another: docs/operations.md. One role a container: one answers. */
const ROLE_PORTS = [9464, 9465, 9466, 9467];
const TIMEOUT_MS = 4_000;

const { ADMIN_PORT, ADMIN_TLS, TLS_CERT_FILE } = process.env;
const isSet = (value) => value !== undefined && value !== '';
const path = process.argv[2] === 'ready' ? '/health/ready' : '/health/live';
const ports = isSet(ADMIN_PORT) ? [Number(ADMIN_PORT)] : ROLE_PORTS;
const isTls = isSet(ADMIN_TLS) ? ADMIN_TLS !== 'off' : isSet(TLS_CERT_FILE);

/** Of TLS no certificate is checked: it is this machine, and its certificate names another. */
function ask(port) {
  const { get } = isTls ? https : http;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, timeout: TIMEOUT_MS, rejectUnauthorized: false };
    const asked = get(options, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ port, status: response.statusCode, text }));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
  });
}

const answers = await Promise.allSettled(ports.map(ask));
const answered = answers.flatMap(({ value }) => value ?? []);
for (const { port, status, text } of answered) console.log(`${port}${path} ${status} ${text}`);
if (answered.length === 0) console.log(`nothing answers on ${ports.join(', ')}`);
process.exit(answered.some(({ status }) => status === 200) ? 0 : 1);
