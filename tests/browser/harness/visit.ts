import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

export interface VisitOptions {
  /** Default light. */
  readonly theme?: 'light' | 'dark';
  /** A desk has 1280 x 800, a phone 390 x 844 with touch. Default desk. */
  readonly device?: keyof typeof DEVICES;
  /** What the page may complain of: a test that stops the server expects refused connections. Default nothing. */
  readonly expectedComplaints?: readonly RegExp[];
  /** Timers of the page run only when `page.clock` is told so. Default false. */
  readonly fakeClock?: boolean;
}

export const DEVICES = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
} as const;

/** A request that the page made. */
export interface PageRequest {
  readonly method: string;
  readonly url: URL;
  /** `fetch`, `script`, `websocket`, ... as the browser names it. */
  readonly type: string;
  /** `performance.now()` of the test. */
  readonly at: number;
}

/** On a machine of two cores that the whole system runs on as well. */
const WAIT_MS = 30_000;
const FAILURES = '.cache/browser-failures';

/** Violations of the policy are told on the console as well, yet not those of a policy that reports only. */
const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP: ' + event.effectiveDirective + ' refuses ' + (event.blockedURI || 'inline') + ' at ' + event.sourceFile))`;

/**
 * One person at one browser: a context of its own with a page. What the page complains of (errors on its console, exceptions
 * that nobody caught, violations of the Content-Security-Policy, anything asked of a foreign host) fails the test when it ends.
 */
export class Visit {
  readonly requests: PageRequest[] = [];
  /** Frames that the page's WebSockets have received. */
  readonly frames: string[] = [];
  readonly #complaints: string[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly url: string,
    private readonly expected: readonly RegExp[],
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complain(message.text());
    });
    page.on('pageerror', (error) => this.#complain(`uncaught: ${error.stack ?? error.message}`));
    page.on('request', (request) => this.#note(request.method(), request.url(), request.resourceType()));
    page.on('websocket', (socket) => {
      this.#note('GET', socket.url(), 'websocket');
      socket.on('framereceived', ({ payload }) => this.frames.push(payload.toString()));
    });
  }

  static async open(
    browser: Browser,
    url: string,
    { theme = 'light', device = 'desk', expectedComplaints = [], fakeClock = false }: VisitOptions = {},
  ): Promise<Visit> {
    const context = await browser.newContext({
      ...DEVICES[device],
      colorScheme: theme,
      locale: 'en-GB',
      timezoneId: 'UTC',
      // Nothing moves on a screenshot, and axe judges no color half way.
      reducedMotion: 'reduce',
    });
    await context.addInitScript(TELL_VIOLATIONS);
    if (fakeClock) await context.clock.install();
    context.setDefaultTimeout(WAIT_MS);
    const visit = new Visit(await context.newPage(), context, url, expectedComplaints);
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') await visit.#keepPicture(task.name);
      await context.close();
      visit.#judge();
    });
    await visit.page.goto(url);
    return visit;
  }

  /** What was complained of so far, expected or not. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  #note(method: string, text: string, type: string): void {
    const url = new URL(text);
    this.requests.push({ method, url, type, at: performance.now() });
    if (['data:', 'blob:', 'about:'].includes(url.protocol)) return;
    if (url.hostname !== new URL(this.url).hostname) this.#complain(`asks a foreign host for ${text}`);
  }

  #complain(text: string): void {
    this.#complaints.push(text);
  }

  #judge(): void {
    const unexpected = this.#complaints.filter(
      (text) => !this.expected.some((allowed) => allowed.test(text)),
    );
    if (unexpected.length > 0) throw new Error(`the page complained:\n  ${unexpected.join('\n  ')}`);
  }

  /** For whoever looks into a failed test. */
  async #keepPicture(test: string): Promise<void> {
    await mkdir(FAILURES, { recursive: true });
    const name = test.replaceAll(/[^\w]+/g, '-').slice(0, 80);
    const path = join(FAILURES, `${name}-${Date.now()}.png`);
    // A page that hangs is a failure already told.
    await this.page.screenshot({ path, timeout: 5_000 }).catch(() => undefined);
    console.error(`the page when the test failed: ${path}`);
  }
}
