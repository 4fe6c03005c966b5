import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveReading } from '../../../../protocol/live/change.js';
import { HOUR_MS } from '../../../charts/time-range.js';
import { HistoryModel } from './history-model.js';

const NOW = Date.parse('2026-03-10T12:00:00Z');

const reading = (time: number, value: number): LiveReading => ({
  ...{
    chargePointId: 'CP-1',
    evseId: 0,
    connectorId: 1,
    measurand: 'Voltage',
    phase: '',
    location: 'Outlet',
  },
  ...{ unit: 'V', context: 'Sample.Periodic', timestamp: new Date(time).toISOString(), value },
  ...{ transactionId: null, quality: [] },
});

/** An API whose answers come when the test says so. */
class HeldApi {
  readonly asked: URL[] = [];
  #answers: ((response: Response) => void)[] = [];
  readonly fetch = (url: URL, { signal }: RequestInit) => {
    this.asked.push(url);
    return new Promise<Response>((resolve, reject) => {
      this.#answers.push(resolve);
      signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
  };
  /** The newest request. */
  async answer(items: readonly LiveReading[], status = 200): Promise<void> {
    this.#answers.pop()?.(new Response(JSON.stringify({ items, nextCursor: null }), { status }));
    await vi.advanceTimersByTimeAsync(0);
  }
}

describe('what the history of a charge point shows', () => {
  let api: HeldApi;
  let model: HistoryModel;
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
    api = new HeldApi();
    vi.stubGlobal('document', { baseURI: 'http://localhost/' });
    vi.stubGlobal('fetch', api.fetch);
    model = new HistoryModel('CP-1', { from: NOW - HOUR_MS, to: NOW });
    model.resize(900);
    model.show('Voltage');
  });
  afterEach(() => {
    model.close();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const times = () => model.loaded.value?.history.lines()[0]?.points.times;

  it('has what came live while it was loaded, once', async () => {
    model.takeLive([
      { reading: reading(NOW - 2_000, 230), isDeleted: false },
      { reading: reading(NOW - 1_000, 231), isDeleted: false },
    ]);
    await api.answer([reading(NOW - 3_000, 229), reading(NOW - 2_000, 230)]);
    expect(times()).toEqual([NOW - 3_000, NOW - 2_000, NOW - 1_000]);
  });

  it('moves with the clock while it follows, without asking again', async () => {
    await api.answer([]);
    vi.setSystemTime(NOW + 5 * 60_000);
    model.tick();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(model.range.value.to).toBeGreaterThanOrEqual(NOW + 5 * 60_000);
    expect(api.asked).toHaveLength(1);
  });

  it('stands still once somebody looks back, and follows again when they come back to now', async () => {
    await api.answer([]);
    model.pan(-0.25);
    const { to } = model.range.value;
    vi.setSystemTime(NOW + 60_000);
    model.tick();
    expect(model.range.value.to).toBe(to);
    model.pan(0.5);
    expect(model.isFollowing.value).toBe(true);
  });

  it('keeps now in sight when one zooms while it follows', async () => {
    await api.answer([]);
    model.follow();
    model.zoom(0.5, NOW - HOUR_MS);
    const { from, to } = model.range.value;
    expect(to).toBeGreaterThanOrEqual(NOW);
    expect(to - from).toBeLessThanOrEqual(HOUR_MS / 2 + 1);
  });

  it('asks once where somebody comes to rest, and for aggregates where that is far', async () => {
    await api.answer([]);
    for (let step = 0; step < 8; step += 1) model.zoom(2);
    await vi.advanceTimersByTimeAsync(1_000);
    const paths = new Set(api.asked.slice(1).map(({ pathname }) => pathname));
    expect([...paths]).toContain('/v1/readings');
    await api.answer([]);
    expect(api.asked.at(-1)?.searchParams.get('interval')).toBe('15m');
  });

  it('drops the answer about a measurand that nobody looks at any more', async () => {
    model.show('Frequency');
    await api.answer([]);
    expect(model.loaded.value?.history.measurand).toBe('Frequency');
    expect(model.state.value.kind).toBe('ready');
  });

  it('says that it failed, does not ask by itself again, and does so when told', async () => {
    await api.answer([], 503);
    expect(model.state.value.kind).toBe('failed');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(api.asked).toHaveLength(1);
    model.reload();
    await api.answer([reading(NOW - 1_000, 230)]);
    expect(model.state.value.kind).toBe('ready');
    expect(times()).toEqual([NOW - 1_000]);
  });
});
