import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { AUDIT_OUTCOMES, type AuditEntry, type AuditSource } from '../../store/audit/audit-entry.js';
import { countersBy, type CountersBy } from '../observability/counters-by.js';
import { within } from '../sockets/within.js';
import type { Auditor } from './auditor.js';
import { RefusalGroups, type RefusalEntry } from './refusal-groups.js';

export interface AuditTrailOptions {
  /** Writes entries, all of them or none. Rejects when it can't. */
  readonly write: (entries: readonly AuditEntry[]) => Promise<void>;
  readonly source: AuditSource;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Entries that wait to be written at most. Default 10,000. */
  readonly maxWaiting?: number;
  /** Refusals that are alike are counted together for so long, ms. Default 60,000. */
  readonly windowMs?: number;
  /** Monotonic, ms; default `performance.now`. */
  readonly now?: () => number;
}

interface Waiting {
  readonly entry: AuditEntry;
  /** Told as its age when it is written. */
  readonly cameAt: number;
}

const EVERY_MS = 500;
const MAX_WAITING = 10_000;
const BATCH = 1_000;
const WINDOW_MS = 60_000;
/** In a window, of one process. */
const KINDS_OF_ADDRESS = 50;
const KINDS = 200;
/** A write that takes longer is taken for failed, and done again: better twice than not at all. ms. */
const WRITE_MS = 10_000;
/** For what is left at a stop, ms. */
const LAST_WRITES_MS = 5_000;
const BETWEEN_WARNINGS_MS = 60_000;

/**
 * The entries of one process that no transaction brings along: written in batches, beside what the process does. While the database is
 * away they wait, so many at most; what is beyond that is counted, logged, and told as an entry when the database is back.
 */
export class AuditTrail implements Auditor {
  private waiting: Waiting[] = [];
  private lost = 0;
  private lostSince = 0;
  private warnedAt = -Infinity;
  private readonly groups: RefusalGroups;
  private readonly now: () => number;
  private readonly maxWaiting: number;
  private readonly entries: CountersBy<AuditEntry['outcome']>;
  private readonly lostTotal: Counter;

  constructor(private readonly options: AuditTrailOptions) {
    const { registry, windowMs = WINDOW_MS, maxWaiting = MAX_WAITING } = options;
    this.now = options.now ?? (() => performance.now());
    this.maxWaiting = maxWaiting;
    this.groups = new RefusalGroups({ windowMs, maxOfAddress: KINDS_OF_ADDRESS, max: KINDS });
    const registers = [registry];
    const counter = new Counter({
      name: 'meterpulse_audit_events_total',
      help: 'Refusals and exports that this process told the audit, by outcome. Changes are not among them: they are in the audit by their own transactions.',
      labelNames: ['outcome'],
      registers,
    });
    this.entries = countersBy(AUDIT_OUTCOMES, (outcome) => counter.labels({ outcome }));
    this.lostTotal = new Counter({
      name: 'meterpulse_audit_lost_total',
      help: 'Entries of the audit that could not be kept until the database was back. Each loss is told in the audit by its number.',
      registers,
    });
    const waiting = (): number => this.waiting.length;
    new Gauge({
      name: 'meterpulse_audit_waiting',
      help: 'Entries of the audit that wait to be written.',
      registers,
      collect() {
        this.set(waiting());
      },
    });
  }

  refused(refusal: RefusalEntry, times = 1): void {
    this.entries[refusal.outcome].inc(times);
    const entry = this.groups.add(refusal, this.now(), times);
    if (entry !== null) this.put(entry);
  }

  note(entry: AuditEntry): void {
    this.entries[entry.outcome].inc();
    this.put(entry);
  }

  /** Writes until the signal aborts, and then what is left. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.flush(WRITE_MS);
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    for (const entry of this.groups.due(this.now(), true)) this.put(entry);
    await this.flush(LAST_WRITES_MS);
    const left = this.waiting.length + this.lost;
    if (left > 0) this.options.logger.error({ entries: left }, 'entries of the audit are lost');
  }

  private async flush(timeoutMs: number): Promise<void> {
    const until = this.now() + timeoutMs;
    for (const entry of this.groups.due(this.now())) this.put(entry);
    while (this.waiting.length > 0 || this.lost > 0) {
      const batch = this.waiting.slice(0, BATCH);
      const { lost } = this;
      const timeLeftMs = Math.max(0, until - this.now());
      if ((await within(timeLeftMs, this.write(batch, lost))) !== true) return;
      // Those that came meanwhile stand behind them.
      this.waiting = this.waiting.slice(batch.length);
      this.lost -= lost;
    }
  }

  private async write(batch: readonly Waiting[], lost: number): Promise<boolean> {
    const now = this.now();
    const entries = batch.map(({ entry, cameAt }) => older(entry, now - cameAt));
    try {
      await this.options.write(lost === 0 ? entries : [...entries, this.lostEntry(lost, now)]);
      return true;
    } catch (error) {
      this.warn(error);
      return false;
    }
  }

  private put(entry: AuditEntry): void {
    const now = this.now();
    // What came first stays: an attack begins with it.
    if (this.waiting.length < this.maxWaiting) this.waiting.push({ entry, cameAt: now });
    else {
      if (this.lost === 0) this.lostSince = now;
      this.lost += entry.count ?? 1;
      this.lostTotal.inc(entry.count ?? 1);
    }
  }

  private lostEntry(count: number, now: number): AuditEntry {
    return {
      actor: null,
      actorKind: 'nobody',
      address: hostname(),
      source: this.options.source,
      requestId: null,
      action: 'audit.lost',
      outcome: 'failed',
      subject: null,
      count,
      agoMs: now - this.lostSince,
      untilAgoMs: 0,
    };
  }

  private warn(error: unknown): void {
    if (this.now() - this.warnedAt < BETWEEN_WARNINGS_MS) return;
    this.warnedAt = this.now();
    const { length: waiting } = this.waiting;
    this.options.logger.warn(
      { err: error, waiting, lost: this.lost },
      'the audit can not be written; trying again',
    );
  }
}

function older(entry: AuditEntry, byMs: number): AuditEntry {
  const { agoMs = 0, untilAgoMs } = entry;
  const until = untilAgoMs === undefined ? {} : { untilAgoMs: untilAgoMs + byMs };
  return { ...entry, agoMs: agoMs + byMs, ...until };
}
