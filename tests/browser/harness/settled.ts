import type { Page } from 'playwright-core';

/** Resolves when nothing on the page says any more that it is being loaded, and its fonts are there. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('main [aria-busy="true"], main .skeleton') === null &&
      document.fonts.status === 'loaded',
  );
}
