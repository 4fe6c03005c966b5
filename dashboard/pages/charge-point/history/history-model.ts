import { signal } from '@preact/signals';
import type { LiveReading } from '../../../../protocol/live/change.js';
import { chooseResolution } from '../../../charts/resolution.js';
import { bounded, covers, following, shifted, zoomed, type TimeRange } from '../../../charts/time-range.js';
import { loadHistory, type LoadedHistory } from './load-history.js';
import { readPages } from './read-pages.js';

export type HistoryState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** While somebody drags or turns the wheel, nothing is asked for: only where they come to rest. */
const SETTLE_MS = 150;
/** Loaded on either side of what is seen, as a part of it: small moves then show something at once. */
const MARGIN = 0.5;

/**
 * What the history of a charge point shows, and what was loaded for it. `range` moves at once; data follows. Whoever makes
 * one calls `close`.
 */
export class HistoryModel {
  readonly range = signal<TimeRange>({ from: 0, to: 1 });
  /** The range moves with the clock. */
  readonly isFollowing = signal(true);
  readonly measurand = signal('');
  readonly state = signal<HistoryState>({ kind: 'empty' });
  readonly loaded = signal<LoadedHistory | null>(null);
  /** Rises when the loaded history has changed: something came live. */
  readonly version = signal(0);
  #widthPx = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #request: AbortController | null = null;
  #asked: TimeRange | null = null;
  /** Came while a history is loaded, which may not have it yet. */
  #meanwhile: { readonly reading: LiveReading; readonly isDeleted: boolean }[] = [];

  constructor(
    private readonly chargePointId: string,
    initial: TimeRange,
    private readonly clock: () => number = Date.now,
  ) {
    this.range.value = initial;
  }

  /** The plot has this many columns. */
  resize(widthPx: number): void {
    if (widthPx === this.#widthPx) return;
    this.#widthPx = widthPx;
    this.#settle();
  }

  show(measurand: string): void {
    if (measurand === this.measurand.peek()) return;
    this.measurand.value = measurand;
    this.loaded.value = null;
    this.#load();
  }

  /** The last so many ms, and on with the clock. */
  follow(lengthMs = this.#lengthMs): void {
    this.isFollowing.value = true;
    const now = this.clock();
    this.#move(following({ from: now - lengthMs, to: now }, now));
  }

  lookAt(range: TimeRange): void {
    this.isFollowing.value = false;
    this.#move(bounded(range, this.clock()));
  }

  /** `factor` below 1 comes nearer; `at` stays where it is. While following, now does. */
  zoom(factor: number, at?: number): void {
    const { from, to } = this.range.peek();
    if (this.isFollowing.peek()) this.follow(lengthOf(zoomed({ from, to }, factor, to)));
    else this.lookAt(zoomed({ from, to }, factor, at ?? (from + to) / 2));
  }

  /** By this part of what is seen; above 0 towards now. Whoever comes to now by it follows it. */
  pan(part: number): void {
    const to = shifted(this.range.peek(), this.#lengthMs * part);
    if (part > 0 && to.to >= following(to, this.clock()).to) this.follow();
    else this.lookAt(to);
  }

  /** To be called while time passes. */
  tick(): void {
    if (this.isFollowing.peek()) this.follow();
  }

  /** In the order of the feed, a frame's worth at once. */
  takeLive(changes: readonly { readonly reading: LiveReading; readonly isDeleted: boolean }[]): void {
    if (this.#request !== null) this.#meanwhile.push(...changes);
    const history = this.loaded.peek()?.history;
    if (history === undefined) return;
    let hasChanged = false;
    for (const { reading, isDeleted } of changes) {
      const taken = isDeleted ? history.removeReading(reading) : history.addReading(reading);
      hasChanged ||= taken;
    }
    if (hasChanged) this.version.value += 1;
  }

  /** Something may be missing in what was loaded, or it failed: again. */
  reload(): void {
    this.#load();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#request?.abort();
  }

  get #lengthMs(): number {
    return lengthOf(this.range.peek());
  }

  #move(range: TimeRange): void {
    const before = this.range.peek();
    if (range.from === before.from && range.to === before.to) return;
    this.range.value = range;
    this.#settle();
  }

  #settle(): void {
    if (this.#timer !== null || !this.#needsLoad()) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#needsLoad()) this.#load();
    }, SETTLE_MS);
  }

  #needsLoad(): boolean {
    if (this.measurand.peek() === '' || this.#widthPx === 0) return false;
    // What is under way may be enough; what failed is not repeated by itself while the view stays within it.
    const visible = this.range.peek();
    if (this.#request !== null || this.state.peek().kind === 'failed') {
      return this.#asked === null || !covers(this.#asked, visible) || isMuchShorter(visible, this.#asked);
    }
    const loaded = this.loaded.peek();
    if (loaded === null) return true;
    const { history, tooMany } = loaded;
    const range = history.isOpen
      ? { ...history.range, to: Math.max(history.range.to, visible.to) }
      : history.range;
    if (!covers(range, visible)) return true;
    const best = chooseResolution(visible, this.#widthPx);
    if (tooMany) return best !== 'raw' || isMuchShorter(visible, history.range);
    return best !== history.resolution;
  }

  #load(): void {
    const [measurand, widthPx] = [this.measurand.peek(), this.#widthPx];
    if (measurand === '' || widthPx === 0) return;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.#meanwhile = [];
    const visible = this.range.peek();
    const margin = lengthOf(visible) * MARGIN;
    const range = { from: visible.from - margin, to: visible.to + margin };
    this.#asked = range;
    this.state.value = { kind: 'loading' };
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const question = { chargePointId: this.chargePointId, measurand, range, now: this.clock(), timezone };
    loadHistory(question, visible, widthPx, readPages, request.signal).then(
      (loaded) => {
        if (request.signal.aborted) return;
        const meanwhile = this.#meanwhile;
        this.#end(request);
        this.loaded.value = loaded;
        this.state.value = { kind: 'ready' };
        this.takeLive(meanwhile);
        this.version.value += 1;
        this.#settle();
      },
      (error: unknown) => {
        if (request.signal.aborted) return;
        this.#end(request);
        this.state.value = { kind: 'failed', error };
      },
    );
  }

  #end(request: AbortController): void {
    if (this.#request === request) this.#request = null;
    this.#meanwhile = [];
  }
}

const lengthOf = ({ from, to }: TimeRange): number => to - from;

/** So much nearer than what was asked for that another resolution may fit. */
function isMuchShorter(visible: TimeRange, asked: TimeRange): boolean {
  return lengthOf(visible) * (1 + 2 * MARGIN) < lengthOf(asked) * 0.6;
}
