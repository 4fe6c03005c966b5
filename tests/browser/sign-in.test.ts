import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { newAccessKey, SecretHash } from '../../server/access/secrets.js';
import type { Scope } from '../../server/access/scope.js';
import { insertAccessKey, revokeAccessKey } from '../../store/access/access-keys.js';
import { createPool } from '../../store/pool.js';
import { query } from '../integrity/system/log-ends.js';
import { accessibilityFaults } from './harness/accessibility.js';
import type { Visit } from './harness/visit.js';
import { describeDashboard, type DashboardTest } from './harness/with-dashboard.js';

const CREDENTIALS_KEY = '5a'.repeat(32);
const ISSUER = 'https://issuer.example';
const REFUSED = /the server responded with a status of (401|403)/;

const directory = mkdtempSync(join(tmpdir(), 'meterpulse-sign-in-'));
const { publicKey, privateKey } = await generateKeyPair('ES256');
const keysFile = join(directory, 'issuer.pem');
writeFileSync(keysFile, await exportSPKI(publicKey));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeDashboard(
  'a dashboard that asks who somebody is',
  async (system) => {
    await query(
      system.databaseUrl,
      `insert into charge_points (id, label, site) values ('N-1', 'At the north gate', 'north'), ('S-1', 'Southern', 'south')`,
    );
  },
  (test) => {
    it('shows nothing before, says why it takes something not, and lets in who shows a key', async () => {
      const { key } = await newKey(test);
      const visit = await test.visit('charge-points', { expectedComplaints: [REFUSED] });
      const { page } = visit;
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      expect(await page.getByText('N-1').count()).toBe(0);
      expect(await accessibilityFaults(page)).toEqual([]);
      await signIn(page, 'two words');
      await page.getByText('neither a key nor a token').waitFor();
      await signIn(page, newAccessKey().key);
      await page.getByText('unknown, expired or revoked').waitFor();
      await signIn(page, ` ${key} `);
      await isLive(page);
      await page.getByRole('link', { name: 'N-1' }).waitFor();
      expect(page.url()).toContain('#/charge-points');
      expectNowhere(visit, key);

      await page.reload();
      await isLive(page);
      const other = await visit.context.newPage();
      await other.goto(visit.url);
      await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    });

    it('shows what is of the sites of a key alone, also live, and says what it does not allow', async () => {
      const { key } = await newKey(test, { sites: ['north'], scopes: ['readings:read'] });
      const { page } = await test.visit('', { expectedComplaints: [REFUSED] });
      await signIn(page, key);
      await isLive(page);
      await page.getByText('Figures of the fleet are of all sites').waitFor();
      await page.getByRole('link', { name: 'Charge points' }).click();
      await page.getByRole('link', { name: 'N-1' }).waitFor();
      expect(await page.getByText('S-1').count()).toBe(0);
      await query(
        test.system.databaseUrl,
        `update charge_points set label = 'Moved' where id in ('N-1', 'S-1')`,
      );
      await page.getByText('Moved').first().waitFor();
      expect(await page.getByText('S-1').count()).toBe(0);
      await page.getByRole('button', { name: 'Edit N-1' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Label').fill('Mine');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('registry:write').waitFor();
    });

    it('says that a session is over when its key is revoked, and goes on where one was', async () => {
      const { id, key } = await newKey(test);
      const { page } = await test.visit('charge-points?search=N', { expectedComplaints: [REFUSED] });
      await signIn(page, key);
      await isLive(page);
      await withPool(test, (pool) => revokeAccessKey(pool, id));
      // What is remembered of a key is good for seconds.
      await expect
        .poll(
          async () => {
            await page
              .getByRole('searchbox')
              .fill(`N-${Math.random()}`, { timeout: 1_000 })
              .catch(() => undefined);
            await page
              .getByRole('link', { name: 'Quarantine' })
              .click({ timeout: 1_000 })
              .catch(() => undefined);
            await page
              .getByRole('link', { name: 'Charge points' })
              .click({ timeout: 1_000 })
              .catch(() => undefined);
            return page.getByText('Your session is over').count();
          },
          { timeout: 30_000, interval: 200 },
        )
        .toBe(1);
      const { key: another } = await newKey(test);
      await signIn(page, another);
      await isLive(page);
      expect(page.url()).toMatch(/#\/(charge-points|quarantine)/);
    });

    it('asks for a token anew before it ends, and keeps what one is doing meanwhile', async () => {
      const { page } = await test.visit('charge-points?search=N-1', { expectedComplaints: [REFUSED] });
      await signIn(page, await newToken({ lastsS: 240 }));
      await isLive(page);
      const search = page.getByRole('searchbox');
      await search.fill('N-');
      await page.getByText(/Your session ends at/).waitFor();
      await page.getByRole('button', { name: 'Renew', exact: true }).click();
      await signIn(page.getByRole('dialog'), await newToken({ lastsS: 3_600 }), 'Renew');
      await page.getByText(/Your session ends at/).waitFor({ state: 'detached' });
      expect(await search.inputValue()).toBe('N-');
      await isLive(page);
    });

    it('is left by signing out, and nothing stays behind', async () => {
      const { key } = await newKey(test);
      const { page } = await test.visit('charge-points', { expectedComplaints: [REFUSED] });
      await signIn(page, key);
      await isLive(page);
      await page.getByRole('button', { name: /^Sign out/ }).click();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      expect(await page.getByText('Your session is over').count()).toBe(0);
      const kept = await page.evaluate(() =>
        JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage), document.cookie]),
      );
      expect(kept).not.toContain('mp_');
    });
  },
  { CREDENTIALS_KEY, JWT_ISSUER: ISSUER, JWT_AUDIENCE: 'meterpulse', JWT_KEYS_FILE: keysFile },
);

async function signIn(
  within: Pick<Page, 'getByLabel' | 'getByRole'>,
  text: string,
  action = 'Sign in',
): Promise<void> {
  await within.getByLabel('Key or token').fill(text);
  await within.getByRole('button', { name: action, exact: true }).click();
}

async function isLive(page: Page): Promise<void> {
  await page.locator('[data-connection=live]').waitFor({ state: 'attached' });
}

/** In no address of any request, and not where the page can be read over somebody's shoulder. */
function expectNowhere({ requests, page }: Visit, secret: string): void {
  expect(requests.some(({ type }) => type === 'websocket')).toBe(true);
  for (const { url } of requests) expect(decodeURIComponent(url.href)).not.toContain(secret);
  expect(page.url()).not.toContain(secret);
}

async function withPool<T>(
  test: DashboardTest,
  work: (pool: ReturnType<typeof createPool>) => Promise<T>,
): Promise<T> {
  const pool = createPool({ url: test.system.databaseUrl, max: 1, applicationName: 'sign-in-test' });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

async function newKey(
  test: DashboardTest,
  {
    scopes = ['admin'],
    sites = null,
  }: { readonly scopes?: readonly Scope[]; readonly sites?: readonly string[] | null } = {},
): Promise<{ readonly id: string; readonly key: string }> {
  const { id, key } = newAccessKey();
  const hash = new SecretHash(Buffer.from(CREDENTIALS_KEY, 'hex')).ofKey(key);
  await withPool(test, (pool) =>
    insertAccessKey(pool, { id, name: 'screen', hash, scopes, sites, chargePointIds: null, expiresAt: null }),
  );
  return { id, key };
}

function newToken({ lastsS }: { readonly lastsS: number }): Promise<string> {
  return new SignJWT({ scope: 'admin' })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(ISSUER)
    .setAudience('meterpulse')
    .setSubject('somebody@example.com')
    .setExpirationTime(Math.floor(Date.now() / 1_000) + lastsS)
    .sign(privateKey);
}
