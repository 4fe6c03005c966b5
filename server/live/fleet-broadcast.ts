import type { Logger } from 'pino';
import type { FleetFigures } from '../../protocol/live/fleet-figures.js';
import { repeat } from '../lifecycle/repeat.js';
import { LiveFrame } from './live-frame.js';

export interface FleetMember {
  /** Of the subscription, in JSON. */
  readonly idText: string;
  /** false: it has no room, and waits for the next ones. */
  deliver(frame: LiveFrame): boolean;
}

export interface FleetBroadcastOptions {
  readonly read: () => Promise<FleetFigures>;
  /** Between two readings, ms. */
  readonly intervalMs: number;
  /** Wall clock, ms. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Told of each frame, and of how many it went to. */
  readonly onFrame: (frame: LiveFrame, members: number) => void;
}

/** Figures of the fleet, read once a process while anybody asks for them. */
export class FleetBroadcast {
  private readonly members = new Set<FleetMember>();
  private latest: { readonly figures: FleetFigures; readonly readAt: number } | undefined;
  private reading: Promise<void> | undefined;
  private isTold = false;

  constructor(private readonly options: FleetBroadcastOptions) {}

  /** Tells it the figures at once, read anew when they are old. */
  add(member: FleetMember): void {
    const { intervalMs, now } = this.options;
    this.members.add(member);
    if (this.latest !== undefined && now() - this.latest.readAt < intervalMs) this.tell([member]);
    else void this.refresh();
  }

  remove(member: FleetMember): void {
    this.members.delete(member);
  }

  async run(signal: AbortSignal): Promise<void> {
    const task = async (): Promise<void> => {
      if (this.members.size > 0) await this.refresh();
    };
    await repeat(task, { everyMs: this.options.intervalMs, onError: () => undefined }, signal);
  }

  private refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    const { read, now, logger } = this.options;
    try {
      this.latest = { figures: await read(), readAt: now() };
      this.isTold = false;
    } catch (error) {
      // Once an outage.
      if (!this.isTold) logger.warn({ err: error }, 'figures of the fleet could not be read, trying again');
      this.isTold = true;
      return;
    }
    this.tell(this.members);
  }

  private tell(members: Iterable<FleetMember>): void {
    if (this.latest === undefined) return;
    const rest = JSON.stringify({
      kind: 'fleet',
      data: this.latest.figures,
      timestamp: new Date(this.options.now()).toISOString(),
    }).slice(1);
    const frames = new Map<string, { frame: LiveFrame; count: number }>();
    for (const member of members) {
      let sent = frames.get(member.idText);
      if (sent === undefined) {
        sent = { frame: LiveFrame.of([`{"type":"STATUS","id":${member.idText},${rest}`]), count: 0 };
        frames.set(member.idText, sent);
      }
      if (member.deliver(sent.frame)) sent.count++;
    }
    for (const { frame, count } of frames.values()) this.options.onFrame(frame, count);
  }
}
