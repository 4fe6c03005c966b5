/** A gateway process to be fuzzed, composed as `meterpulse gateway` composes it; its log takes everything and keeps nothing. */
import { createGateway } from '../../../server/compose/gateway-part.js';
import { createRoleContext } from '../../../server/compose/role-context.js';

export interface GatewayState {
  readonly connections: number;
  readonly unansweredFrames: number;
  readonly inFlightBytes: number;
  /** After two collections. */
  readonly heapBytes: number;
}

const context = createRoleContext('gateway-process');
const gateway = createGateway(context, { publish: () => Promise.resolve() } as never, () => {
  throw new Error('this gateway needs no database');
});

async function gauge(name: string): Promise<number> {
  const metric = await context.registry.getSingleMetric(name)?.get();
  return metric?.values[0]?.value ?? NaN;
}

async function state(): Promise<GatewayState> {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return {
    connections: await gauge('meterpulse_gateway_connections'),
    unansweredFrames: await gauge('meterpulse_gateway_unanswered_frames'),
    inFlightBytes: await gauge('meterpulse_gateway_in_flight_bytes'),
    heapBytes: heapUsed + external,
  };
}

process.on('message', () => void state().then((answer) => process.send?.(answer)));
process.on('disconnect', () => process.exit(0));
process.send?.(await gateway.start());
