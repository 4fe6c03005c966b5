import { afterAll, beforeAll, onTestFailed } from 'vitest';
import { System } from '../../integrity/system/system.js';
import { LOGS } from '../../integrity/system/with-system.js';
import type { Visit, VisitOptions } from './visit.js';
import { describeInChromium } from './with-chromium.js';

export interface DashboardTest {
  readonly system: System;
  /** Opens a page of the dashboard by what stands behind `#/`. */
  readonly visit: (page: string, options?: VisitOptions) => Promise<Visit>;
}

/**
 * A suite at the dashboard of a real system: gateway, worker, API and live role as processes of the built program, with a database
 * and a topic of their own.
 *
 * @param prepare fills it before the first test.
 * @param env of all roles, beside what a system needs.
 */
export function describeDashboard(
  name: string,
  prepare: (system: System) => Promise<void>,
  suite: (test: DashboardTest) => void,
  env: Readonly<Record<string, string>> = {},
): void {
  describeInChromium(name, (visit) => {
    let system: System;
    beforeAll(async () => {
      const [{ brokers } = { brokers: null }] = LOGS;
      system = await System.start({ brokers, gatewayProcesses: 1, live: true, env });
      await prepare(system);
    });
    afterAll(async () => {
      await system.dispose();
    });
    suite({
      get system() {
        return system;
      },
      visit: (page, options) => {
        onTestFailed(() => console.error(system.report()));
        return visit(`${system.apiUrl}/#/${page}`, options);
      },
    });
  });
}
