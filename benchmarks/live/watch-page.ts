/** What a watched page has seen. Times are ms since 1970 by the browser, by the number of the reading, which is its value. */
export interface Watched {
  readonly heardAt: readonly number[];
  /** Of the frame after. */
  readonly drawnAt: readonly number[];
  /** From frame to frame, and of tasks of more than 50 ms: ms. */
  readonly frames: readonly number[];
  readonly longTasks: readonly number[];
}

/** Runs in the page before its own script: notes what its WebSockets hear, and how smoothly it goes on. */
export const WATCH_PAGE = `
  const watched = { heardAt: [], drawnAt: [], frames: [], longTasks: [] };
  globalThis.watched = watched;
  let undrawn = [];
  let lastFrame;
  const wallMs = () => performance.timeOrigin + performance.now();
  const frame = (at) => {
    if (lastFrame !== undefined) watched.frames.push(at - lastFrame);
    lastFrame = at;
    const now = wallMs();
    for (const number of undrawn) watched.drawnAt[number] = now;
    undrawn = [];
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longTasks.push(duration);
  }).observe({ type: 'longtask' });
  globalThis.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        const now = wallMs();
        for (const [, value] of data.matchAll(/"value":(\\d+)/g)) {
          watched.heardAt[value] = now;
          undrawn.push(value);
        }
      });
    }
  };
  // A hole is a change that was never told: JSON has no NaN, and 0 is no moment.
  watched.end = () => ({
    heardAt: Array.from(watched.heardAt, (at) => at ?? 0),
    drawnAt: Array.from(watched.drawnAt, (at) => at ?? 0),
    frames: watched.frames,
    longTasks: watched.longTasks,
  });`;
