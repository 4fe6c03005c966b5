import { AdminServer } from '../observability/admin-server.js';
import type { ReadinessCheck } from '../observability/readiness.js';
import type { RoleContext } from './role-context.js';

/** Starts a role's health and metrics; `defaultPort` is the role's own unless ADMIN_PORT names another. */
export async function startAdmin(
  { config, logger, registry }: RoleContext,
  defaultPort: number,
  checks: Readonly<Record<string, ReadinessCheck>>,
  metrics: () => Promise<string> = () => registry.metrics(),
): Promise<AdminServer> {
  const admin = new AdminServer({
    host: config.HOST,
    port: config.ADMIN_PORT ?? defaultPort,
    checks,
    metrics,
    logger,
  });
  const { port } = await admin.start();
  logger.info({ port }, `health and metrics on http://${config.HOST}:${port}`);
  return admin;
}
