import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { claimCommands } from '../../../store/commands/claim-commands.js';
import { endCommands } from '../../../store/commands/end-commands.js';
import { COMMANDS_CHANNEL } from '../../../store/commands/insert-command.js';
import { queuedCommands } from '../../../store/commands/queued-commands.js';
import type { ConnectionState, GatewayIdentity } from '../../../store/connections/connection-state.js';
import { beat, BEAT_EVERY_MS, endProcess } from '../../../store/connections/gateway-processes.js';
import { unknownSockets } from '../../../store/connections/unknown-sockets.js';
import { REPLACED_CHANNEL, writeConnections } from '../../../store/connections/write-connections.js';
import type { Pool } from '../../../store/pool.js';
import { holdChargePoints } from '../../../store/registry/hold-charge-points.js';
import { keepListening } from '../../lifecycle/keep-listening.js';
import { repeat } from '../../lifecycle/repeat.js';
import { within } from '../../sockets/within.js';
import { CommandEnds } from '../commands/command-ends.js';
import { CommandInbox } from '../commands/command-inbox.js';
import { createRegistryMetrics, type RegistryMetrics } from './registry-metrics.js';
import { SessionRegistry, type SessionRegistryOptions } from './session-registry.js';
import { aborted } from '../../lifecycle/aborted.js';

export interface PresenceParts {
  readonly pool: Pool;
  readonly gateway: GatewayIdentity;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly options?: SessionRegistryOptions;
  /** Whether charge points that nobody knows are added to the registry as held when they connect. Default: no. */
  readonly holdsUnknown?: boolean;
}

/** Charge points that are remembered to be in the registry. */
const HELD_MAX = 100_000;
/** Behind the notifications: how often commands are looked for while they are heard, and while they aren't, ms. */
const POLL_EVERY_MS = 5_000;
const POLL_DEAF_EVERY_MS = 1_000;
const RECONCILE_EVERY_MS = 60_000;
const LAST_BEAT_MS = 1_000;

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const QUEUED = new RegExp(`^(${UUID}) (.+)$`, 's');
const REPLACED = new RegExp(`^(${UUID}) (\\d{1,15}) (.+)$`, 's');

/**
 * What joins a gateway process with the others by way of the database: who is connected where, and commands for those
 * that are here. The gateway takes readings whether the database is there or not.
 */
export class Presence {
  readonly sessions: SessionRegistry;
  private readonly inbox: CommandInbox;
  private readonly ends: CommandEnds;
  private readonly metrics: RegistryMetrics;
  /** Charge points that are in the registry by now. */
  private readonly held = new LRUCache<string, true>({ max: HELD_MAX });
  private isListening = false;
  private revision = 0;

  constructor(private readonly parts: PresenceParts) {
    const { pool, gateway, logger, registry, options } = parts;
    this.metrics = createRegistryMetrics(registry);
    this.sessions = new SessionRegistry(
      {
        write: (states) => this.write(states),
        unknown: (sockets) => unknownSockets(pool, gateway, sockets),
        beat: (connections) => beat(pool, gateway, connections),
        end: () => endProcess(pool, gateway),
      },
      this.metrics,
      logger,
      options,
    );
    this.ends = new CommandEnds((ended) => endCommands(pool, gateway.id, ended), this.metrics, logger);
    this.inbox = new CommandInbox(
      { claim: (ids) => claimCommands(pool, gateway.id, ids), queued: () => queuedCommands(pool) },
      this.ends,
      (chargePointId) => this.sessions.holder(chargePointId),
      logger,
    );
  }

  /**
   * Runs until the signal aborts: abort it after the gateway has stopped, so that the ends of its connections are written.
   * Never rejects.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { logger } = this.parts;
    const onError = (error: unknown): void =>
      logger.debug({ err: error }, 'the registry of connections could not be asked');
    const often = (task: () => Promise<void>, everyMs: number): Promise<void> =>
      repeat(task, { everyMs, onError }, signal);
    const writing = new AbortController();
    const written = this.sessions.run(writing.signal);
    const others = Promise.all([
      this.listen(signal),
      often(() => this.sessions.beat(), BEAT_EVERY_MS),
      often(() => this.inbox.poll(), POLL_EVERY_MS),
      often(() => (this.isListening ? Promise.resolve() : this.inbox.poll()), POLL_DEAF_EVERY_MS),
      often(() => this.sessions.reconcile(), RECONCILE_EVERY_MS),
    ]);
    await aborted(signal);
    // A beat that is under way must not come after the last words.
    await within(LAST_BEAT_MS, others);
    writing.abort();
    await Promise.all([written, this.ends.close()]);
  }

  private async write(states: () => readonly ConnectionState[]): Promise<ReadonlySet<string>> {
    const { pool, gateway, holdsUnknown = false } = this.parts;
    let written: readonly ConnectionState[] = [];
    const ours = await writeConnections(pool, gateway, ++this.revision, () => (written = states()));
    const unseen = holdsUnknown ? written.filter(({ chargePointId: id }) => !this.held.has(id)) : [];
    if (unseen.length > 0) {
      const ids = unseen.map(({ chargePointId }) => chargePointId);
      await holdChargePoints(pool, ids);
      for (const id of ids) this.held.set(id, true);
    }
    return ours;
  }

  private listen(signal: AbortSignal): Promise<void> {
    const { pool, logger } = this.parts;
    return keepListening(
      pool,
      {
        channels: [COMMANDS_CHANNEL, REPLACED_CHANNEL],
        onListening: () => {
          this.heard(true);
          // What was told meanwhile is looked for once.
          this.inbox.poll().catch(() => undefined);
          this.sessions.reconcile().catch(() => undefined);
        },
        onLost: () => this.heard(false),
        onNotification: (channel, payload) => this.take(channel, payload),
        logger,
      },
      signal,
    );
  }

  private heard(isListening: boolean): void {
    this.isListening = isListening;
    this.metrics.listening.set(isListening ? 1 : 0);
  }

  /** Payloads are ours; anybody who may notify could send others, which are passed over. */
  private take(channel: string, payload: string): void {
    if (channel === COMMANDS_CHANNEL) {
      const [, id, chargePointId] = QUEUED.exec(payload) ?? [];
      if (id !== undefined && chargePointId !== undefined) this.inbox.offer({ id, chargePointId });
      return;
    }
    const [, gatewayId, session, chargePointId] = REPLACED.exec(payload) ?? [];
    if (gatewayId === this.parts.gateway.id && chargePointId !== undefined) {
      this.sessions.replaced(chargePointId, Number(session));
    }
  }
}
