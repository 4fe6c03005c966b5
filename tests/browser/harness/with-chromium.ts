import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { chromiumUnavailable, launchChromium } from '../../harness/chromium.js';
import { Visit, type VisitOptions } from './visit.js';

/** Opens a page in a context of its own, closed with the test; the test fails when the page complained. */
export type VisitPage = (url: string, options?: VisitOptions) => Promise<Visit>;

/** A suite with one browser for all its tests; skipped, with the reason in its name, where there is none. */
export function describeInChromium(name: string, suite: (visit: VisitPage) => void): void {
  const missing = chromiumUnavailable();
  describe.skipIf(missing !== undefined)(missing === undefined ? name : `${name} (${missing})`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser.close();
    });
    suite((url, options) => Visit.open(browser, url, options));
  });
}
