import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiAgent, askApi } from './ask-api.js';

async function startApi(status: number) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(status).end('x'.repeat(100_000));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const agent = apiAgent(url, undefined);
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  return { server, url, agent, requests };
}

describe('a question to the API', () => {
  it('shows the key, and comes over the connection of the one before', async () => {
    const { url, agent, requests } = await startApi(200);
    expect(await askApi(`${url}/v1/stats`, agent, 'Bearer key')).toBe(200);
    expect(await askApi(`${url}/v1/fleet`, agent, undefined)).toBe(200);
    expect(requests.map(({ url: path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/stats', 'Bearer key'],
      ['/v1/fleet', undefined],
    ]);
    expect(requests[1]?.socket).toBe(requests[0]?.socket);
  });

  it('tells how it was refused', async () => {
    const { url, agent } = await startApi(403);
    expect(await askApi(`${url}/v1/stats`, agent, 'Bearer key')).toBe(403);
  });

  it('rejects where nobody answers', async () => {
    const { server, url, agent } = await startApi(200);
    await new Promise((resolve) => server.close(resolve));
    await expect(askApi(url, agent, undefined)).rejects.toThrow('ECONNREFUSED');
  });
});
