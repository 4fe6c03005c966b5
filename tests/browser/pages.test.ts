import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { accessibilityFaults } from './harness/accessibility.js';
import { PAGES } from './harness/dashboard-pages.js';
import { fillDashboard } from './harness/fill-dashboard.js';
import { settled } from './harness/settled.js';
import { describeDashboard } from './harness/with-dashboard.js';

/** For people to look at: `npm run screenshots`. */
const SCREENSHOTS = process.env['SCREENSHOTS'] ?? '.cache/screenshots';
const THEMES = ['light', 'dark'] as const;
const DEVICES = ['desk', 'phone'] as const;

describeDashboard('the pages of the dashboard', fillDashboard, (test) => {
  it.each(PAGES.flatMap((page) => THEMES.map((theme) => ({ ...page, theme }))))(
    '$name is accessible in the $theme theme, on a desk and on a phone without scrolling sideways',
    async ({ name, address, heading, theme, expectedComplaints = [] }) => {
      await mkdir(SCREENSHOTS, { recursive: true });
      for (const device of DEVICES) {
        const { page } = await test.visit(address, { theme, device, expectedComplaints });
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await settled(page);
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${theme}-${device}.png`), fullPage: true });
        expect(await accessibilityFaults(page), device).toEqual([]);
        expect(await widerThanTheScreen(page), device).toEqual([]);
      }
    },
  );
});

/** Elements that stick out to the right, where the page as a whole scrolls sideways. */
function widerThanTheScreen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => `${element.tagName}.${element.className}`);
  });
}
