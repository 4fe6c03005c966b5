/** The live role as `meterpulse live` composes it, configured by the environment as ever. */
import { createLive } from '../../server/compose/live-part.js';
import { createRoleContext } from '../../server/compose/role-context.js';
import { serve } from '../child.js';
import { usage } from '../process-usage.js';

async function start(databaseUrl: string): Promise<{ port: number }> {
  const { live } = createLive(createRoleContext('live'), databaseUrl);
  const started = await live.start();
  // Until this process is ended.
  void live.run(new AbortController().signal);
  return started;
}

serve({ start, usage });
