import type { Audience } from './audience.js';
import { LiveFrame } from './live-frame.js';
import { presentChange } from './present-change.js';
import type { RoutedChange } from './routed-change.js';

/** A subscription as its channel sees it. */
export interface ChannelMember {
  /** false: it has no room, and nothing of the frame was taken. */
  deliver(frame: LiveFrame): boolean;
  /** From now on it is given changes by {@link conflate}; `told` is the changeId up to which it has been told all. */
  fallBehind(told: string): void;
  conflate(changes: readonly RoutedChange[]): void;
  /** What it was told is void. */
  restart(reason: 'expired' | 'unknown'): void;
}

export interface ChannelOptions {
  readonly audience: Audience;
  /** Of the subscription, in JSON. */
  readonly idText: string;
  readonly changedOnly: boolean;
  /** Messages in a frame at most. */
  readonly batchSize: number;
  /** Told of each frame, and of how many it went to. */
  readonly onFrame: (frame: LiveFrame, members: number) => void;
}

/** All subscriptions that are told the same in the same words. Each frame is encoded once. */
export class Channel<M extends ChannelMember = ChannelMember> {
  readonly audience: Audience;
  readonly idText: string;
  readonly changedOnly: boolean;
  private readonly members = new Set<M>();
  private readonly behind = new Set<M>();
  private pending: RoutedChange[] = [];
  private messages: string[] = [];
  /** What all members have been told. */
  private told = '0';

  constructor(private readonly options: ChannelOptions) {
    this.audience = options.audience;
    this.idText = options.idText;
    this.changedOnly = options.changedOnly;
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.behind.size === 0;
  }

  /** @param position up to which the member has been told all; what the channel was given. */
  join(member: M, position: number): void {
    this.flush();
    this.behind.delete(member);
    this.members.add(member);
    this.told = String(position);
  }

  leave(member: M): void {
    this.members.delete(member);
    this.behind.delete(member);
  }

  /** Whether it is for this channel; kept until the flush, at the latest until a frame is full. */
  put(routed: RoutedChange): boolean {
    const presentation = presentChange(routed, this.audience, this.changedOnly);
    if (presentation === null) return false;
    this.pending.push(routed);
    this.messages.push(routed.message(this.idText, presentation));
    if (this.messages.length >= this.options.batchSize) this.flush();
    return true;
  }

  flush(): void {
    const last = this.pending.at(-1);
    if (last === undefined) return;
    const changes = this.pending;
    const frame = LiveFrame.of(this.messages);
    this.pending = [];
    this.messages = [];
    let delivered = 0;
    for (const member of this.members) {
      if (member.deliver(frame)) delivered++;
      else this.drop(member);
    }
    for (const member of this.behind) member.conflate(changes);
    this.told = last.change.changeId;
    this.options.onFrame(frame, delivered);
  }

  /** Tells those who have heard nothing since `position` was reached what to resume after. */
  refresh(position: number, timestamp: string): void {
    const changeId = String(position);
    if (this.pending.length > 0 || this.told === changeId || this.members.size === 0) return;
    const status = `{"type":"STATUS","id":${this.idText},"state":"live","timestamp":"${timestamp}","changeId":"${changeId}"}`;
    const frame = LiveFrame.of([status]);
    for (const member of this.members) member.deliver(frame);
    this.told = changeId;
  }

  restart(reason: 'expired' | 'unknown'): void {
    this.pending = [];
    this.messages = [];
    const members = [...this.members, ...this.behind];
    this.members.clear();
    this.behind.clear();
    for (const member of members) member.restart(reason);
  }

  private drop(member: M): void {
    this.members.delete(member);
    this.behind.add(member);
    member.fallBehind(this.told);
  }
}
