import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { sendReading } from './harness/send-reading.js';
import { settled } from './harness/settled.js';
import type { Visit } from './harness/visit.js';
import { describeDashboard } from './harness/with-dashboard.js';

const ID = 'LIVE-1';
/** From its acknowledgement to the screen, on a machine that everything runs on at once. */
const SEEN_WITHIN_MS = 15_000;
/** In ten minutes, of one address: less is no polling. */
const POLLS = 3;
const SERVER_IS_AWAY = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket connection to/;

describeDashboard(
  'a dashboard that is open',
  async (system) => {
    for (const power of [1_100, 1_200]) await sendReading(system, { chargePointId: ID, power });
    await system.settled();
  },
  (test) => {
    it('shows in chart and figures what a charge point has just sent through the gateway', async () => {
      const { page } = await openHistory(await test.visit(`charge-points/${ID}`));
      await sendReading(test.system, { chargePointId: ID, power: 3_210 });
      const acknowledged = performance.now();
      await chartHas(page, '3.21 kW');
      expect(performance.now() - acknowledged).toBeLessThan(SEEN_WITHIN_MS);
      await page.locator('.reading-tile', { hasText: '3.21 kW' }).waitFor();
    });

    it('asks for nothing again and again while changes come', async () => {
      const { page, requests } = await openHistory(await test.visit(`charge-points/${ID}`));
      const from = requests.length;
      const began = performance.now();
      // 4.01 kW, 4.02 kW, ...: none that is shown with fewer digits.
      for (const hundredths of [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]) {
        await sendReading(test.system, { chargePointId: ID, power: 4_000 + hundredths * 10 });
        await chartHas(page, `${4 + hundredths / 100} kW`);
      }
      // Energy and sessions are made of the readings: they follow them, once in ten seconds at most.
      const rounds = 1 + Math.floor((performance.now() - began) / 10_000);
      expect(repeated(requests.slice(from), rounds)).toEqual([]);
    });

    it.each([
      ['', 'Overview'],
      [`charge-points/${ID}`, 'History'],
    ])('does not poll while nothing changes: #/%s over ten minutes', async (address, text) => {
      const { page, requests } = await test.visit(address, { fakeClock: true });
      await isLive(page);
      await page.locator('main').getByText(text).first().waitFor();
      await settled(page);
      const from = requests.length;
      // By the half minute: what a timer asks for is answered before the next one.
      for (let half = 0; half < 20; half++) {
        await page.clock.runFor(30_000);
        await page.evaluate(() => fetch('/health'));
      }
      const asked = repeated(requests.slice(from), POLLS).filter((line) => !line.startsWith('/health'));
      expect(asked).toEqual([]);
    });

    it('says that it reconnects when the live role is killed, and goes on without a gap', async () => {
      const { page } = await openHistory(
        await test.visit(`charge-points/${ID}`, { expectedComplaints: [SERVER_IS_AWAY] }),
      );
      await test.system.live.kill9();
      await page.locator('[data-connection=reconnecting]').waitFor({ state: 'attached' });
      for (const power of [6_010, 6_020, 6_030]) await sendReading(test.system, { chargePointId: ID, power });
      await test.system.settled();
      await test.system.startLive();
      await isLive(page);
      await sendReading(test.system, { chargePointId: ID, power: 6_040 });
      for (const text of ['6.01 kW', '6.02 kW', '6.03 kW', '6.04 kW']) await chartHas(page, text);
    });

    it('stays as it is when the API restarts, and works again by itself', async () => {
      const { page } = await test.visit('charge-points', { expectedComplaints: [SERVER_IS_AWAY] });
      await isLive(page);
      await page.getByRole('link', { name: ID }).waitFor();
      await test.system.api.kill9();
      await sendReading(test.system, { chargePointId: 'LIVE-2', power: 1_000 });
      await page.getByRole('link', { name: 'LIVE-2' }).waitFor();
      await test.system.startApi();
      await page.getByRole('link', { name: ID }).click();
      await page.getByRole('heading', { level: 1, name: ID }).waitFor();
      await page.getByRole('heading', { name: 'History' }).waitFor();
    });
  },
);

/** The chart of the last hour, with its data as a table beside it: exactly what is drawn. */
async function openHistory(visit: Visit): Promise<Visit> {
  const { page } = visit;
  await isLive(page);
  await page.getByRole('button', { name: '1 h', exact: true }).click();
  await page.getByText('Data as a table').first().click();
  await page.locator('.history canvas').first().waitFor();
  await settled(page);
  return visit;
}

async function isLive(page: Page): Promise<void> {
  await page.locator('[data-connection=live]').waitFor({ state: 'attached' });
}

/** One row: a reading that came twice would be two. */
async function chartHas(page: Page, value: string): Promise<void> {
  await expect
    .poll(() => page.locator('.history table').getByRole('cell', { name: value, exact: true }).count(), {
      interval: 20,
    })
    .toBe(1);
}

/** Requests by their path, that were made more often than `times`. */
function repeated(requests: Visit['requests'], times: number): string[] {
  const asked = requests.filter(({ type }) => type === 'fetch' || type === 'xhr');
  const counts = new Map<string, number>();
  for (const { url } of asked) counts.set(url.pathname, (counts.get(url.pathname) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > times).map(([path, count]) => `${path}: ${count} times`);
}
