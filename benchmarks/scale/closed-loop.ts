import { BusyCores } from '../busy-cores.js';
import { Child } from '../child.js';
import type { ConnectRequest } from '../load-client.js';
import type { ClosedLoopRequest, ClosedLoopResult } from '../load/closed-loop.js';
import type { PipelineRoles } from '../pipeline-roles.js';
import { treeUsage } from '../process-tree.js';

export interface Acknowledged extends ClosedLoopResult {
  readonly perSecond: number;
  readonly gatewayCores: number;
  readonly busyCores: number;
}

/** OCPP allows one call under way on each. */
export const SOCKETS = 500;

/** `meterpulse gateway` with so many processes, under as much load as it acknowledges. */
export async function acknowledge(
  pipeline: PipelineRoles,
  processes: number,
  timing: Omit<ClosedLoopRequest, 'inFlight'>,
): Promise<Acknowledged> {
  const gateway = await pipeline.start('gateway', {
    GATEWAY_PROCESSES: String(processes),
    GATEWAY_DRAIN_MS: '0',
    // All of this fleet comes from one address.
    GATEWAY_ADDRESS_RATE: '0',
  });
  await using client = Child.start('benchmarks/load-client');
  const connect: ConnectRequest = {
    port: pipeline.gatewayPort,
    endpoint: 'ocpp',
    sockets: SOCKETS,
    firstIndex: 0,
  };
  await client.call('open', connect);
  // Warm-up and measurement are two loops, so that what is read before and after is of the measurement alone.
  await client.call('closedLoop', { inFlight: 1, warmUpMs: 0, measureMs: timing.warmUpMs });
  const [before, cores] = [treeUsage(gateway.pid).cpuSeconds, new BusyCores()];
  const request: ClosedLoopRequest = { inFlight: 1, warmUpMs: 0, measureMs: timing.measureMs };
  const result = await client.call<ClosedLoopResult>('closedLoop', request);
  const busyCores = cores.since;
  const gatewayCores = (treeUsage(gateway.pid).cpuSeconds - before) / result.seconds;
  await client.call('closeAll');
  await gateway.stop();
  if (result.refused > 0) throw new Error(`${result.refused} messages were refused`);
  return { ...result, perSecond: result.acknowledged / result.seconds, gatewayCores, busyCores };
}
