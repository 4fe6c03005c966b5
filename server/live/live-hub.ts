import type { Audience } from './audience.js';
import { Channel, type ChannelMember } from './channel.js';
import { ChannelIndex } from './channel-index.js';
import type { LiveFrame } from './live-frame.js';
import { routeRow, type FeedChanges, type LiveRow } from './live-row.js';
import { RecentRows } from './recent-rows.js';
import { SiteMap } from './site-map.js';

export interface LiveHubOptions {
  /** Messages in a frame at most. */
  readonly batchSize: number;
  /** How long a message waits for others at most, ms. */
  readonly batchMs: number;
  /** Of recent rows, kept for who comes back. */
  readonly recentBytes: number;
  /** Told of each frame, and of how many it went to. */
  readonly onFrame: (frame: LiveFrame, members: number) => void;
  /** Told when all of a row went out that anybody was told of. */
  readonly onSent: (committedAtMs: number) => void;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

/** Below it the process is idle: what comes is sent at once, ms. */
const IDLE_MS = 1;

/** Where rows of the feed come in, in their order, and go to the channels they are for. */
export class LiveHub<M extends ChannelMember = ChannelMember> {
  readonly recent: RecentRows;
  private readonly sites = new SiteMap();
  private readonly index = new ChannelIndex<Channel<M>>();
  private readonly channels = new Map<string, Channel<M>>();
  private readonly touched = new Set<Channel<M>>();
  private readonly unsent: number[] = [];
  private readonly now: () => number;
  private waiting: { readonly position: number; readonly resolve: () => void }[] = [];
  private resting: NodeJS.Timeout | undefined;
  private taken = 0;

  constructor(private readonly options: LiveHubOptions) {
    this.recent = new RecentRows(options.recentBytes);
    this.now = options.now ?? (() => performance.now());
  }

  /** Of the last row that came in. */
  get position(): number {
    return this.taken;
  }

  get channelCount(): number {
    return this.channels.size;
  }

  /** Of a charge point, as of {@link position}. */
  siteOf(chargePointId: string): string {
    return this.sites.siteOf(chargePointId);
  }

  /** Begins at a position; `sites` are those of the charge points as of it. */
  begin(position: number, sites: Iterable<readonly [id: string, site: string]>): void {
    this.sites.load(sites);
    this.recent.clear();
    this.taken = position;
    this.tellReached();
  }

  /** Begins anew where the feed can't be followed: whoever was told something is told that it is void. */
  restart(
    position: number,
    sites: Iterable<readonly [id: string, site: string]>,
    reason: 'expired' | 'unknown',
  ): void {
    this.begin(position, sites);
    for (const channel of [...this.channels.values()]) channel.restart(reason);
  }

  /** Rows that follow the last ones, each once. */
  take(rows: readonly FeedChanges[]): void {
    for (const each of rows) {
      const row = routeRow(each, this.sites);
      this.recent.push(row);
      this.taken = row.position;
      if (this.route(row)) this.unsent.push(row.committedAtMs);
    }
    this.tellReached();
    // At once when idle; while it rests, what comes is gathered.
    if (this.resting === undefined && this.touched.size > 0) this.flush();
  }

  /** The channel of those who are told the same in the same words; made where there is none. */
  channel(audience: Audience, id: string, changedOnly: boolean): Channel<M> {
    const idText = JSON.stringify(id);
    const key = `${changedOnly ? 'brief' : 'whole'}${idText}${audience.key}`;
    const known = this.channels.get(key);
    if (known !== undefined) return known;
    const { batchSize, onFrame } = this.options;
    const channel = new Channel<M>({ audience, idText, changedOnly, batchSize, onFrame });
    this.channels.set(key, channel);
    this.index.add(channel);
    return channel;
  }

  /** To be called when a member has left: nobody is told by a channel without any. */
  release(channel: Channel<M>): void {
    if (!channel.isEmpty) return;
    const { audience, idText, changedOnly } = channel;
    const key = `${changedOnly ? 'brief' : 'whole'}${idText}${audience.key}`;
    if (this.channels.get(key) !== channel) return;
    this.channels.delete(key);
    this.index.remove(channel);
    this.touched.delete(channel);
  }

  /** Resolves when a row of this position has come in. */
  reached(position: number): Promise<void> {
    if (this.taken >= position) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ position, resolve }));
  }

  /** Tells channels that were quiet up to where nothing was for them. */
  refresh(timestamp: string): void {
    for (const channel of this.channels.values()) channel.refresh(this.taken, timestamp);
  }

  stop(): void {
    clearTimeout(this.resting);
    this.resting = undefined;
  }

  /**
   * Sends what is gathered, and rests as long as that took: under load the half of the time is for everything else, and frames
   * are fewer and larger.
   */
  private flush(): void {
    const startedAt = this.now();
    for (const channel of this.touched) channel.flush();
    this.touched.clear();
    for (const committedAtMs of this.unsent) this.options.onSent(committedAtMs);
    this.unsent.length = 0;
    const tookMs = this.now() - startedAt;
    const restMs = tookMs < IDLE_MS ? 0 : Math.min(tookMs, this.options.batchMs);
    if (restMs === 0) return;
    this.resting = setTimeout(() => {
      this.resting = undefined;
      if (this.touched.size > 0) this.flush();
    }, restMs);
  }

  /** Whether anybody is told of it. */
  private route({ changes }: LiveRow): boolean {
    let told = 0;
    for (const routed of changes) {
      this.index.visit(routed, (channel) => {
        if (!channel.put(routed)) return;
        this.touched.add(channel);
        told++;
      });
    }
    return told > 0;
  }

  private tellReached(): void {
    if (this.waiting.length === 0) return;
    const due = this.waiting.filter(({ position }) => position <= this.taken);
    this.waiting = this.waiting.filter(({ position }) => position > this.taken);
    for (const { resolve } of due) resolve();
  }
}
