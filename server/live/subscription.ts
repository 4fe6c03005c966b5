import { setTimeout as delay } from 'node:timers/promises';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { ChangeId } from '../../protocol/live/change-id.js';
import type { Subscribe } from '../../protocol/live/client-message.js';
import type { ResyncReason } from '../../protocol/live/server-message.js';
import type { Audience } from './audience.js';
import { catchUp, type CatchingUp } from './catch-up.js';
import type { Channel, ChannelMember } from './channel.js';
import { Conflation } from './conflation.js';
import { FeedWay } from './feed-way.js';
import { LiveFrame } from './live-frame.js';
import { presentChange } from './present-change.js';
import type { RoutedChange } from './routed-change.js';
import type { SnapshotTaker } from './snapshots.js';
import type { SubscriptionServices, SubscriptionSocket } from './subscription-services.js';

/** Between two tries while the database can't be reached, ms; from half of it to the one and a half of it. */
const RETRY_MS = 2_000;

/**
 * One subscription of a socket: first it is told what is there, or what it missed, then it is a member of its channel. While its
 * socket has no room it keeps the newest of each series, and tells them when there is room again.
 */
export class Subscription implements ChannelMember, SnapshotTaker, CatchingUp {
  readonly idText: string;
  private state: 'preparing' | 'live' | 'behind' | 'overflown' | 'over' = 'preparing';
  private channel: Channel | null = null;
  private conflation: Conflation | null = null;
  /** When it fell behind: up to where it was told all. */
  private toldAt = '0';
  /** Something of a snapshot was given that has not come to its end. */
  private isHalfTold = false;

  constructor(
    private readonly socket: SubscriptionSocket,
    readonly request: Subscribe,
    readonly audience: Audience,
    private readonly services: SubscriptionServices,
  ) {
    this.idText = JSON.stringify(request.id);
  }

  get changedOnly(): boolean {
    return this.request.changedOnly;
  }

  get isOver(): boolean {
    return this.state === 'over';
  }

  begin(): void {
    const { changeId } = this.request;
    if (!this.audience.kinds.has('reading') && !this.audience.kinds.has('chargePoint')) {
      this.state = 'live';
      this.tellLive();
      return;
    }
    void this.prepare(changeId ?? (this.request.snapshot ? null : this.now()));
  }

  end(): void {
    this.state = 'over';
    this.conflation = null;
    this.leaveChannel();
  }

  give(frame: LiveFrame): void {
    if (this.isOver) return;
    this.services.metrics.messagesTotal.inc(frame.count);
    this.isHalfTold = true;
    this.socket.give(frame);
  }

  async room(): Promise<void> {
    if (!this.isOver) await this.socket.room();
  }

  join(): void {
    const { hub } = this.services;
    const { audience, request } = this;
    this.isHalfTold = false;
    this.state = 'live';
    this.channel = hub.channel(audience, request.id, request.changedOnly);
    this.channel.join(this, hub.position);
    this.tellLive();
  }

  deliver(frame: LiveFrame): boolean {
    return this.socket.deliver(frame);
  }

  fallBehind(told: string): void {
    this.state = 'behind';
    this.toldAt = told;
    this.conflation = new Conflation();
    this.services.metrics.laggingTotal.inc();
  }

  conflate(changes: readonly RoutedChange[]): void {
    const { conflation } = this;
    if (conflation === null) return;
    for (const routed of changes) conflation.add(routed);
    if (conflation.size <= this.services.conflateMax) return;
    this.conflation = null;
    this.state = 'overflown';
    this.leaveChannel();
  }

  /** The socket has room again. */
  relieve(): void {
    // What its channel has gathered is for it too; it may be one too many.
    if (this.state === 'behind') this.channel?.flush();
    if (this.isOverflown) this.restart('overflow');
    else if (this.state === 'behind') this.catchUpConflated();
  }

  restart(reason: ResyncReason): void {
    if (this.isOver) return;
    this.state = 'preparing';
    this.conflation = null;
    this.leaveChannel();
    this.resync(reason);
    void this.prepare(this.request.snapshot ? null : this.now());
  }

  private get isOverflown(): boolean {
    return this.state === 'overflown';
  }

  private tellLive(): void {
    this.tell(`"type":"STATUS"`, `"state":"live"`, `"changeId":"${this.services.hub.position}"`);
  }

  private now(): ChangeId {
    return { position: this.services.hub.position, index: Infinity };
  }

  /** Tells what is there (no cursor), or what was missed, and joins; goes on trying while the database is away. */
  private async prepare(cursor: ChangeId | null): Promise<void> {
    let isToldOutage = false;
    let way = cursor === null ? null : new FeedWay(cursor);
    while (!this.isOver) {
      try {
        way ??= await this.takeSnapshot();
        if (way === null) continue;
        const outcome = await catchUp(this, way, this.services);
        if (outcome === 'joined' || outcome === 'over') return;
        this.resync(outcome);
        way = this.request.snapshot ? null : new FeedWay(this.now());
      } catch (error) {
        if (!(error instanceof MeterpulseError)) {
          this.socket.fault(error);
          return;
        }
        if (!isToldOutage) this.tellUnavailable();
        isToldOutage = true;
        if (way === null) this.resyncHalfTold();
        await delay(RETRY_MS * (0.5 + Math.random()), undefined, { ref: false });
      }
    }
  }

  /** The way that follows it; null: to be taken again. */
  private async takeSnapshot(): Promise<FeedWay | null> {
    const outcome = await this.services.snapshots.take(this.audience, this);
    this.services.metrics.catchUpsTotal.snapshot.inc();
    if (outcome.kind === 'taken') {
      this.isHalfTold = false;
      return new FeedWay({ position: outcome.position, index: Infinity });
    }
    await this.room();
    this.resyncHalfTold();
    return null;
  }

  /** Pages of a snapshot that was broken off are void. */
  private resyncHalfTold(): void {
    if (this.isHalfTold) this.resync('interrupted');
  }

  private catchUpConflated(): void {
    const { conflation, channel, services } = this;
    if (conflation === null || channel === null) return;
    const skipped = conflation.takeSkipped();
    if (skipped > 0) this.tell(`"type":"LAGGING"`, `"skipped":${skipped}`, `"changeId":"${this.toldAt}"`);
    while (conflation.size > 0) {
      if (!this.socket.hasRoom) return;
      const messages = conflation.take(services.batchSize).flatMap((routed) => {
        // Whole: what an update before it changed was not told.
        const presentation = presentChange(routed, this.audience, false);
        return presentation === null ? [] : [routed.message(this.idText, presentation)];
      });
      if (messages.length > 0) this.give(LiveFrame.of(messages));
    }
    this.conflation = null;
    this.state = 'live';
    channel.join(this, services.hub.position);
  }

  private resync(reason: ResyncReason): void {
    if (this.isOver) return;
    this.services.metrics.resyncsTotal[reason].inc();
    this.tell(`"type":"RESYNC"`, `"reason":"${reason}"`);
    this.isHalfTold = false;
  }

  private tellUnavailable(): void {
    const error = {
      code: 'unavailable',
      message: 'The database can not be reached; this goes on when it can.',
    };
    this.tell(`"type":"ERROR"`, `"error":${JSON.stringify(error)}`);
  }

  private tell(type: string, ...fields: readonly string[]): void {
    if (this.isOver) return;
    const timestamp = new Date(this.services.now()).toISOString();
    const text = `{${[type, `"id":${this.idText}`, ...fields, `"timestamp":"${timestamp}"`].join(',')}}`;
    this.services.metrics.messagesTotal.inc();
    this.socket.give(LiveFrame.of([text]));
  }

  private leaveChannel(): void {
    const { channel } = this;
    if (channel === null) return;
    this.channel = null;
    channel.leave(this);
    this.services.hub.release(channel);
  }
}
