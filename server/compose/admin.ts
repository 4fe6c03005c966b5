import { AdminServer } from '../observability/admin-server.js';
import type { ReadinessCheck } from '../observability/readiness.js';
import { listenerTls } from './listener-tls.js';
import type { RoleContext } from './role-context.js';
import { http } from './schemes.js';

/** Starts a role's health and metrics; `defaultPort` is the role's own unless ADMIN_PORT names another. */
export async function startAdmin(
  context: RoleContext,
  defaultPort: number,
  checks: Readonly<Record<string, ReadinessCheck>>,
  metrics: () => Promise<string> = () => context.registry.metrics(),
): Promise<AdminServer> {
  const { config, logger } = context;
  const admin = new AdminServer({
    host: config.HOST,
    port: config.ADMIN_PORT ?? defaultPort,
    tls: listenerTls(context, 'admin', config.ADMIN_TLS),
    checks,
    metrics,
    logger,
  });
  const { port } = await admin.start();
  logger.info({ port }, `health and metrics on ${http(config.ADMIN_TLS)}://${config.HOST}:${port}`);
  return admin;
}
