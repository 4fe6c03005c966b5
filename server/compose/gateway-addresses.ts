import type { GatewayPrimary } from '../gateway/primary.js';
import type { RoleContext } from './role-context.js';
import { websocket } from './schemes.js';

/** Says on which ports charge points can connect, and by which scheme. */
export function tellGatewayAddresses(
  { config, logger }: Pick<RoleContext, 'config' | 'logger'>,
  { ports }: Pick<GatewayPrimary, 'ports'>,
): void {
  const tell = (what: string, scheme: string, given: string | undefined): void => {
    if (given === undefined) return;
    const port = Number(given);
    logger.info({ port }, `${what} on ${scheme}://${config.HOST}:${port}`);
  };
  tell('gateway', websocket(config.GATEWAY_TLS), ports['GATEWAY_PORT']);
  tell('gateway, without TLS,', 'ws', ports['GATEWAY_PLAIN_PORT']);
  tell('gateway, by certificates,', 'wss', ports['GATEWAY_MUTUAL_TLS_PORT']);
}
