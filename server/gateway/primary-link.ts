import cluster from 'node:cluster';
import { isToProcess, type Claim, type FromProcess, type MetricsJson, type ToProcess } from './ipc.js';

/** Claims are gathered this long, ms: a storm of reconnects is then a few messages and not thousands. */
const CLAIMS_LINGER_MS = 10;

export interface PrimaryLinkHandlers {
  /** @param handover a sibling takes the place of this process, which lets go of the port at once. */
  stop(handover: boolean): void;
  evict(chargePointId: string, claimedAt: number): void;
  metrics(): Promise<MetricsJson>;
  /** Rejects with what keeps the process from being ready. */
  checkReady(): Promise<void>;
}

/**
 * Resolves when the message has left this process, or can't any more: the channel may break at any time, and what that
 * means is for the `disconnect` handler to say.
 */
export async function sendToPrimary(message: FromProcess): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((sent) => process.send?.(message, undefined, undefined, () => sent()));
}

/** A gateway process' end of the channel to its primary. Without a primary (started alone) it does nothing. */
export class PrimaryLink {
  private claims: Claim[] = [];
  private timer: NodeJS.Timeout | undefined;
  private handlers: PrimaryLinkHandlers | undefined;

  /** Listens until {@link close}. */
  open(handlers: PrimaryLinkHandlers): void {
    this.handlers = handlers;
    process.on('message', this.onMessage);
    cluster.worker?.once('disconnect', this.onDisconnect);
  }

  claimed(chargePointId: string, claimedAt: number): void {
    this.claims.push([chargePointId, claimedAt]);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void sendToPrimary({ type: 'claimed', claims: this.claims });
      this.claims = [];
    }, CLAIMS_LINGER_MS);
  }

  /** Lets go of the channel, so that the process can end. */
  close(): void {
    clearTimeout(this.timer);
    process.off('message', this.onMessage);
    cluster.worker?.off('disconnect', this.onDisconnect);
    if (process.connected) cluster.worker?.disconnect();
  }

  private readonly onMessage = (message: unknown): void => {
    if (isToProcess(message)) this.take(message);
  };

  private readonly onDisconnect = (): void => {
    // The primary is gone. Node would end this process at once, in the middle of its messages: it stops by itself instead.
    if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
    this.handlers?.stop(false);
  };

  private take(message: ToProcess): void {
    switch (message.type) {
      case 'stop':
        this.handlers?.stop(message.handover);
        return;
      case 'claimed':
        for (const [chargePointId, claimedAt] of message.claims)
          this.handlers?.evict(chargePointId, claimedAt);
        return;
      case 'ask':
        void this.answer(message.number, message.what);
    }
  }

  private async answer(number: number, what: 'metrics' | 'readiness'): Promise<void> {
    let metrics: MetricsJson | null = null;
    let unready: string | null = null;
    try {
      if (what === 'metrics') metrics = (await this.handlers?.metrics()) ?? null;
      else await this.handlers?.checkReady();
    } catch (error) {
      unready = error instanceof Error ? error.message : String(error);
    }
    void sendToPrimary({ type: 'answer', number, metrics, unready });
  }
}
