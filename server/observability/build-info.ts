import { Gauge, type Registry } from 'prom-client';
import { programVersion } from '../lifecycle/program-version.js';

/** What runs here, as labels: to see an update go through the pods, and what an incident began with. */
export function createBuildInfo(registry: Registry): void {
  const info = new Gauge({
    name: 'meterpulse_build_info',
    help: 'Always 1; its labels are the version of the program and of Node.',
    labelNames: ['version', 'node'],
    // The processes of a gateway are one program.
    aggregator: 'max',
    registers: [registry],
  });
  info.set({ version: programVersion(), node: process.version }, 1);
}
