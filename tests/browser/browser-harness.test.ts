import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInChromium } from './harness/with-chromium.js';

const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:";
const PAGES: Readonly<Record<string, string>> = {
  '/quiet': '<title>quiet</title><link rel="icon" href="data:,"><h1>Quiet</h1>',
  '/inline': '<title>inline</title><script>document.title = "ran"</script>',
  '/throws': '<title>throws</title><script src="/throws.js"></script>',
  '/throws.js': 'setTimeout(() => { throw new Error("of the page"); })',
  '/logs': '<title>logs</title><script src="/logs.js"></script>',
  '/logs.js': 'console.error("went wrong")',
  '/foreign': '<title>foreign</title><script src="/foreign.js"></script>',
  '/foreign-under-policy': '<title>foreign</title><script src="/foreign.js"></script>',
  '/foreign.js': 'fetch("http://other.invalid/").catch(() => undefined)',
};

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const body = PAGES[request.url ?? ''];
    const type = request.url?.endsWith('.js') === true ? 'text/javascript' : 'text/html';
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': type,
      ...(request.url === '/foreign' ? {} : { 'content-security-policy': POLICY }),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

describeInChromium('a visit in a real browser', (visit) => {
  it('has nothing to complain of on a quiet page', async () => {
    const { page, complaints } = await visit(`${origin}/quiet`);
    expect(await page.title()).toBe('quiet');
    expect(complaints).toEqual([]);
  });

  it.fails('fails the test of a page that complained', async () => {
    const { complaints } = await visit(`${origin}/inline`);
    await expect.poll(() => complaints).not.toHaveLength(0);
  });

  it.each([
    ['an inline script that the policy refuses', '/inline', /^CSP: script-src-elem refuses inline/],
    ['an exception that nobody caught', '/throws', /^uncaught: Error: of the page/],
    ['an error on the console', '/logs', /^went wrong$/],
    ['a request to a foreign host', '/foreign', /^asks a foreign host for http:\/\/other\.invalid\//],
    ['a refusal by the policy of a script', '/foreign-under-policy', /^CSP: connect-src refuses http/],
  ])('hears of %s', async (_what, path, complaint) => {
    const seen = await visit(`${origin}${path}`, { expectedComplaints: [/.*/] });
    await expect.poll(() => seen.complaints).toContainEqual(expect.stringMatching(complaint));
  });
});
