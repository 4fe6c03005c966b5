import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { query } from '../integrity/system/log-ends.js';
import type { Visit } from './harness/visit.js';
import { describeDashboard } from './harness/with-dashboard.js';

const MANY = 50_000;
const REFUSED = /the server responded with a status of 412/;

describeDashboard(
  'the registry of a large fleet',
  async (system) => {
    await query(
      system.databaseUrl,
      `insert into charge_points (id, label, site)
       select 'CP-' || to_char(n, 'FM00000'), 'Charger ' || n, 'Site ' || n % 40 from generate_series(1, ${MANY}) n`,
    );
  },
  (test) => {
    it('is scrolled to its end with a handful of rows in the page, and searched', async () => {
      const { page } = await opened(await test.visit('charge-points'));
      await page
        .getByText(/50,000/)
        .first()
        .waitFor();
      await page.getByRole('link', { name: 'CP-00001' }).focus();
      await page.keyboard.press('Control+End');
      await page.getByRole('link', { name: 'CP-50000' }).waitFor();
      expect(await page.getByRole('row').count()).toBeLessThan(200);
      await page.getByRole('searchbox').fill('CP-31415');
      await page.getByRole('link', { name: 'CP-31415' }).waitFor();
      await expect.poll(() => rowsShown(page)).toEqual(['CP-31415']);
    });

    it('shows in one browser what is added, changed and deleted in another', async () => {
      const here = await opened(await test.visit('charge-points?search=NEW-1'));
      const there = await opened(await test.visit('charge-points?search=NEW-1', { theme: 'dark' }));
      await here.page.getByRole('button', { name: 'Add', exact: true }).first().click();
      const form = here.page.getByRole('dialog');
      await form.getByLabel('Id').fill('NEW-1');
      await form.getByLabel('Label').fill('At the gate');
      await form.getByRole('button', { name: 'Add' }).click();
      await there.page.getByText('At the gate').first().waitFor();

      await edit(there.page, 'NEW-1', 'At the harbour');
      await here.page.getByText('At the harbour').first().waitFor();

      await here.page.getByRole('button', { name: 'Delete NEW-1' }).click();
      await here.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await expect.poll(() => rowsShown(there.page)).toEqual([]);
    });

    it('asks what to do when somebody else has changed the same charge point meanwhile', async () => {
      const { page } = await opened(
        await test.visit('charge-points?search=CP-00007', { expectedComplaints: [REFUSED] }),
      );
      await page.getByRole('button', { name: 'Edit CP-00007' }).click();
      await page.getByRole('dialog').getByLabel('Label').fill('Mine');
      await query(test.system.databaseUrl, `update charge_points set label = 'Theirs' where id = 'CP-00007'`);
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      const conflict = page.getByRole('dialog', { name: /was changed meanwhile/ });
      await conflict.getByRole('cell', { name: 'Theirs' }).waitFor();
      await conflict.getByRole('button', { name: 'Overwrite' }).click();
      await page.getByText('Mine').first().waitFor();
      const [row] = await query<{ label: string }>(
        test.system.databaseUrl,
        `select label from charge_points where id = 'CP-00007'`,
      );
      expect(row).toEqual({ label: 'Mine' });
    });

    it('is worked by keyboard alone: to a charge point, its edit, and back', async () => {
      const { page } = await opened(await test.visit('charge-points?search=CP-0000'));
      await page.getByRole('link', { name: 'CP-00002' }).waitFor();
      await tabTo(page, 'CP-00001');
      await page.keyboard.press('ArrowDown');
      await tabTo(page, 'Edit CP-00002');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Edit CP-00002' });
      await dialog.waitFor();
      await tabTo(page, 'Label');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('By keyboard');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('By keyboard').first().waitFor();
      await tabTo(page, 'CP-00002');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'By keyboard' }).waitFor();
    });
  },
);

async function opened(visit: Visit): Promise<Visit> {
  await visit.page.locator('[data-connection=live]').waitFor({ state: 'attached' });
  await visit.page.getByRole('heading', { level: 1, name: 'Charge points' }).waitFor();
  return visit;
}

async function edit(page: Page, id: string, label: string): Promise<void> {
  await page.getByRole('button', { name: `Edit ${id}` }).click();
  await page.getByRole('dialog').getByLabel('Label').fill(label);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
}

/** Ids in the list, as far as rows are there. */
function rowsShown(page: Page): Promise<string[]> {
  return page.locator('main [role=row] a').allInnerTexts();
}

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
      return label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (focused.trim() === name) return;
  }
  throw new Error(`sixty times Tab did not reach ${name}`);
}
