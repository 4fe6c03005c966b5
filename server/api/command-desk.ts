import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { CommandSender } from '../../controllers/command-sender.js';
import { COMMAND_ENDED_CHANNEL } from '../../store/commands/end-commands.js';
import type { AuditOrigin } from '../../store/audit/audit-entry.js';
import { audited } from '../../store/audit/audited.js';
import { insertCommand, type NewCommand } from '../../store/commands/insert-command.js';
import type { Pool } from '../../store/pool.js';
import { readEnded } from '../../store/read/commands.js';
import type { ReadDatabase } from '../../store/read/read-database.js';
import { keepListening } from '../lifecycle/keep-listening.js';
import { aborted } from '../lifecycle/aborted.js';

/** Each keeps a request of a client open. */
const MAX_WAITING = 1_000;
/** Behind the notifications, ms. */
const POLL_EVERY_MS = 1_000;
/** A gateway that has the answer at the last moment gets this long to write it, ms. */
const GRACE_MS = 1_500;

/** Queues commands in the database and waits for their ends: gateways tell of them by notifications, behind which it looks itself. */
export class CommandDesk implements CommandSender {
  private readonly waiting = new Map<string, () => void>();
  private readonly stopping = new AbortController();
  private listening: Promise<void> | undefined;
  private polling: NodeJS.Timeout | undefined;

  /** @param database reads of the primary. */
  constructor(
    private readonly pool: Pool,
    private readonly database: ReadDatabase,
    private readonly logger: Logger,
    /** Commands that are waited for at once at most. */
    private readonly maxWaiting = MAX_WAITING,
  ) {}

  async send(command: Omit<NewCommand, 'id'>, origin: AuditOrigin): Promise<string | null> {
    if (this.waiting.size >= this.maxWaiting) return null;
    const id = randomUUID();
    // Before it is queued: its end may be told before the insert is answered.
    const ended = this.end(id, command.timeoutMs + GRACE_MS);
    try {
      await this.queue({ ...command, id }, origin);
    } catch (error) {
      this.waiting.get(id)?.();
      throw error;
    }
    await ended;
    return id;
  }

  /** Serves until the signal aborts; then nobody waits any longer. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal);
    this.stopping.abort();
    for (const resolve of [...this.waiting.values()]) resolve();
    await this.listening;
  }

  /** What the charge point is told stays out of the audit: it may be a password. */
  private queue(command: NewCommand, origin: AuditOrigin): Promise<void> {
    const { id, chargePointId, action } = command;
    return audited(this.pool, origin, async (statements) => {
      await insertCommand(statements, command);
      const detail = { command: id, action };
      const event = { action: 'command.send', outcome: 'begun', subject: chargePointId, detail } as const;
      return { result: undefined, events: [event] };
    });
  }

  /** Resolves when the command is told to have ended, the time is up, or this process stops. */
  private end(id: string, timeoutMs: number): Promise<void> {
    this.listen();
    this.polling ??= setInterval(() => void this.poll(), POLL_EVERY_MS);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        if (this.waiting.size === 0) {
          clearInterval(this.polling);
          this.polling = undefined;
        }
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.waiting.set(id, done);
      if (this.stopping.signal.aborted) done();
    });
  }

  /** From the first command on: an API that sends none needs no connection for it. */
  private listen(): void {
    this.listening ??= keepListening(
      this.pool,
      {
        channels: [COMMAND_ENDED_CHANNEL],
        onListening: () => void this.poll(),
        onNotification: (_, id) => this.waiting.get(id)?.(),
        logger: this.logger,
      },
      this.stopping.signal,
    );
  }

  private async poll(): Promise<void> {
    const ids = [...this.waiting.keys()];
    if (ids.length === 0) return;
    try {
      for (const id of await this.database.read((run) => readEnded(run, ids))) this.waiting.get(id)?.();
    } catch (error) {
      this.logger.debug({ err: error }, 'the ends of commands could not be looked for');
    }
  }
}
