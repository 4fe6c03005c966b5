/** One gateway process as `meterpulse gateway` composes it, configured by the environment as ever. */
import { createGateway } from '../../server/compose/gateway-part.js';
import { createMessageLog } from '../../server/compose/message-log.js';
import { createRoleContext } from '../../server/compose/role-context.js';
import type { Gateway } from '../../server/gateway/gateway.js';
import { serve } from '../child.js';
import { usage } from '../process-usage.js';

function noDatabase(): never {
  throw new Error('this gateway needs no database');
}

let gateway: Gateway | undefined;

async function start(): Promise<{ port: number }> {
  const context = createRoleContext('gateway-process');
  const log = await createMessageLog(context, context.config.KAFKA_BROKERS ?? null, noDatabase);
  gateway = createGateway(context, log, noDatabase);
  return gateway.start();
}

/** Begins a graceful stop, which closes the sockets over GATEWAY_DRAIN_MS. */
function drain(): void {
  void gateway?.stop();
}

serve({ start, drain, usage });
