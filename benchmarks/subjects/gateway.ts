/** One gateway process as `meterpulse gateway` composes it, configured by the environment as ever. */
import { createGateway } from '../../server/compose/gateway-part.js';
import { createMessageLog } from '../../server/compose/message-log.js';
import { createRoleContext } from '../../server/compose/role-context.js';
import type { Gateway } from '../../server/gateway/gateway.js';
import { createPool, type Pool } from '../../store/pool.js';
import { serve } from '../child.js';
import { usage } from '../process-usage.js';

const stopping = new AbortController();
let gateway: Gateway | undefined;

async function start(): Promise<{ port: number }> {
  const context = createRoleContext('gateway-process');
  const { DATABASE_URL: url, DATABASE_POOL_MAX: max, KAFKA_BROKERS: brokers } = context.config;
  let made: Pool | undefined;
  const pool = (): Pool => {
    if (url === undefined) throw new Error('this gateway needs no database');
    return (made ??= createPool({ url, max, applicationName: 'bench-gateway' }));
  };
  const log = await createMessageLog(context, brokers ?? null, pool);
  gateway = createGateway(context, log, pool);
  const started = await gateway.start();
  void gateway.run(stopping.signal);
  return started;
}

/** Begins a graceful stop, which closes the sockets over GATEWAY_DRAIN_MS. */
function drain(): void {
  stopping.abort();
}

serve({ start, drain, usage });
