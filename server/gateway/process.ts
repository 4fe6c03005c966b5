import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Gateway } from './gateway.js';
import { PrimaryLink, sendToPrimary } from './primary-link.js';

export interface GatewayProcessParts {
  readonly gateway: Gateway;
  /** All metrics of this process; the primary adds them up. */
  readonly registry: Registry;
  /** Rejects with why this process can't do its part, such as `() => log.ping()`. */
  readonly checkReady: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Runs a gateway as one process of a cluster: serves until the signal aborts, the primary says stop, or the primary is
 * gone (then nobody would supervise, restart or stop this process any more). Rejects as `Gateway` does.
 */
export async function runGatewayProcess(parts: GatewayProcessParts, signal: AbortSignal): Promise<void> {
  const { gateway, registry, logger } = parts;
  const stop = new AbortController();
  const link = new PrimaryLink();
  link.open({
    stop: (handover) => {
      if (handover) gateway.handOver();
      stop.abort();
    },
    evict: (chargePointId, claimedAt) => gateway.evict(chargePointId, claimedAt),
    metrics: () => registry.getMetricsAsJSON(),
    checkReady: () => parts.checkReady(),
  });
  gateway.onClaimed = (chargePointId, claimedAt) => link.claimed(chargePointId, claimedAt);
  try {
    const { port } = await gateway.start();
    await sendToPrimary({ type: 'ready', port });
    logger.debug({ port }, 'gateway process is ready');
    await gateway.run(AbortSignal.any([signal, stop.signal]));
  } catch (error) {
    await reportFailure(error);
    throw error;
  } finally {
    link.close();
  }
}

/**
 * Tells the primary why this process is about to end: it names the cause when it gives up, and doesn't try again where
 * that can't help. For failures before {@link runGatewayProcess} too, such as a log that can't be opened. Resolves when
 * it is said, so that the process may exit.
 */
export async function reportFailure(error: unknown): Promise<void> {
  const known = error instanceof MeterpulseError ? error : null;
  await sendToPrimary({
    type: 'failed',
    code: known?.code ?? null,
    // What we don't know may pass: the restarts are bounded anyway.
    canRetry: known?.canRetry ?? true,
    message: error instanceof Error ? error.message : String(error),
    remedy: known?.remedy ?? null,
  });
}
