/**
 * A real Chromium for the tests of pages: Debian's by default, CHROMIUM_PATH names another one. Where there is none they are
 * skipped with the reason, or fail where CI is set.
 */
import { accessSync, constants } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Why no browser can be started here; undefined when it can. Throws instead where a missing one must not pass. */
export function chromiumUnavailable(): string | undefined {
  try {
    accessSync(executable(), constants.X_OK);
    return undefined;
  } catch {
    const missing = `there is no Chromium at ${executable()} (CHROMIUM_PATH names another place)`;
    if (process.env['CI'] === 'true') throw new Error(`${missing}, and the tests with it are required here`);
    return missing;
  }
}

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable(),
    // Its sandbox refuses root, which is who runs tests in a container; and /dev/shm is small there.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
  });
}

function executable(): string {
  return process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
}
