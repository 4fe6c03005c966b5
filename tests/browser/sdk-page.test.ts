import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installSdk, type InstalledSdk } from '../harness/installed-sdk.js';
import { LiveStub } from '../harness/live-stub.js';
import { describeInChromium } from './harness/with-chromium.js';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

let sdk: InstalledSdk;
let server: Server;
let origin: string;
beforeAll(async () => {
  sdk = installSdk();
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    void readFile(join(sdk.packageDirectory, pathname)).then(
      (file) => response.setHeader('content-type', TYPES[extname(pathname)] ?? 'text/plain').end(file),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 120_000);
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  sdk[Symbol.dispose]();
});

describeInChromium('the example page of the packed SDK', (visit) => {
  it('shows what it pushes, also after a lost connection', async () => {
    await using stub = await LiveStub.open();
    const query = new URLSearchParams({ live: stub.url('/live'), ingest: stub.url('/ingest') });
    const { page } = await visit(`${origin}/examples/page.html?${query.toString()}`);
    const status = () => page.locator('#status').innerText();
    await expect.poll(status).toBe('live');
    await page.getByRole('button', { name: 'Push a reading' }).click();
    await page.getByRole('cell', { name: '7,200 W' }).waitFor();
    await expect.poll(() => page.locator('#outcome').innerText()).toBe('accepted');
    stub.cut();
    await page.getByLabel('kW').fill('11');
    await page.getByRole('button', { name: 'Push a reading' }).click();
    await page.getByRole('cell', { name: '11,000 W' }).waitFor();
    await expect.poll(status).toBe('live');
    expect(await page.getByRole('row').count()).toBe(2);
  });
});
