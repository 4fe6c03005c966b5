import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('health-check.mjs', import.meta.url));

let server: Server | undefined;
afterEach(() => void server?.close());

/** A role whose admin port answers so. */
async function role(answers: Readonly<Record<string, number>>): Promise<number> {
  server = createServer((request, response) => {
    response.writeHead(answers[request.url ?? ''] ?? 404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function check(
  port: number | string,
  args: readonly string[] = [],
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { env: { ADMIN_PORT: String(port) } });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

describe('the health check of the image', () => {
  it('passes while the role is alive, ready or not', async () => {
    const port = await role({ '/health/live': 200, '/health/ready': 503 });
    expect(await check(port)).toEqual({ code: 0, said: `${port}/health/live 200 {}\n` });
    expect(await check(port, ['ready'])).toMatchObject({ code: 1 });
  });

  it('asks for readiness when told to', async () => {
    const port = await role({ '/health/live': 200, '/health/ready': 200 });
    expect(await check(port, ['ready'])).toEqual({ code: 0, said: `${port}/health/ready 200 {}\n` });
  });

  it('fails, and says where it asked, when nothing answers', async () => {
    const port = await role({});
    await new Promise((closed) => server?.close(closed));
    expect(await check(port)).toEqual({ code: 1, said: `nothing answers on ${port}\n` });
  });
});
