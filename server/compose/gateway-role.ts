import { onHangup } from '../lifecycle/on-hangup.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { startAdmin } from './admin.js';
import { tellGatewayAddresses } from './gateway-addresses.js';
import { createGatewayPrimary } from './gateway-primary-part.js';
import { createRoleContext } from './role-context.js';

/** `meterpulse gateway`: the cluster primary, which forks and supervises the processes that accept sockets. */
export async function runGatewayRole(): Promise<void> {
  const context = createRoleContext('gateway');
  const { config, logger } = context;
  const primary = createGatewayPrimary(context, null);
  const admin = await startAdmin(context, 9464, { gateway: () => primary.checkReady() }, () =>
    primary.metrics(),
  );
  const offHangup = onHangup(() => {
    logger.info({ signal: 'SIGHUP' }, 'replacing the gateway processes one at a time');
    void primary.renewAll();
  });
  await untilSignal(
    async (signal) => {
      signal.addEventListener('abort', () => admin.unready());
      await primary.run(signal, () => tellGatewayAddresses(context, primary));
    },
    { logger, stopTimeoutMs: config.GATEWAY_DRAIN_MS + config.STOP_TIMEOUT_MS },
  );
  offHangup();
  await admin.stop();
}
