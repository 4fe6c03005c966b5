/** Publishing by the message log that the environment names, as a gateway composes it. */
import type { MessageLog } from '../../server/broker/message-log.js';
import { createMessageLog } from '../../server/compose/message-log.js';
import { createRoleContext } from '../../server/compose/role-context.js';
import { createPool } from '../../store/pool.js';
import { serve } from '../child.js';
import { logContent } from '../log-content.js';
import { publishing, type PublishRequest, type PublishResult } from '../publishing.js';

const content = logContent();
let log: Promise<MessageLog> | undefined;

async function publish(request: PublishRequest): Promise<PublishResult> {
  log ??= open();
  const opened = await log;
  return publishing(content, request, (send) => opened.publish(send));
}

function open(): Promise<MessageLog> {
  const context = createRoleContext('gateway-process');
  const { DATABASE_URL: url = '', KAFKA_BROKERS: brokers = null } = context.config;
  return createMessageLog(context, brokers, () => createPool({ url, max: 10, applicationName: 'bench' }));
}

serve({ publish });
