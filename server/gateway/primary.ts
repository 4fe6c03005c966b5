import cluster from 'node:cluster';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { aggregateText, retire } from './cluster-metrics.js';
import { CrashPolicy } from './crash-policy.js';
import { freePort } from './free-port.js';
import { closeWhatIsNeverTaken } from './handed-sockets.js';
import { isFromProcess, type FromProcess, type MetricsJson } from './ipc.js';
import { createPrimaryMetrics, type PrimaryMetrics } from './primary-metrics.js';
import type { GatewayPrimaryOptions } from './primary-options.js';
import { Renewal, type Renewed } from './renewal.js';
import { SupervisedProcess } from './supervised-process.js';
import { within } from '../sockets/within.js';

/** A process that is not ready by then is not expected to become so any more, ms. */
const START_TIMEOUT_MS = 60_000;
const READINESS_TIMEOUT_MS = 800;
const METRICS_TIMEOUT_MS = 2_000;

/**
 * Forks the gateway's processes and supervises them: a crashed one is started again with backoff, and when one crashes in
 * a loop all are stopped. It touches no message; killing it makes its processes stop by themselves.
 */
export class GatewayPrimary {
  /** What its processes listen on, by the variable that says so; from the start on. */
  readonly ports: Record<string, string> = {};
  private readonly places: (SupervisedProcess | undefined)[];
  private readonly policies: CrashPolicy[];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly counters: PrimaryMetrics;
  private readonly renewal: Renewal;
  /** Started to take the place of another one, and not ready yet. */
  private readonly coming = new Set<SupervisedProcess>();
  /** Another one has their place; they drain. */
  private readonly leaving = new Set<SupervisedProcess>();
  /** Metrics of processes that ended. */
  private retired: Promise<MetricsJson> = Promise.resolve([]);
  private listening = false;
  private stopping = false;
  private onListening: (port: number) => void = () => undefined;
  private fail: (error: MeterpulseError) => void = () => undefined;

  constructor(private readonly options: GatewayPrimaryOptions) {
    this.places = new Array<SupervisedProcess | undefined>(options.processes).fill(undefined);
    this.policies = this.places.map(() => new CrashPolicy(options.crashes));
    this.counters = createPrimaryMetrics(
      options.registry,
      () => this.places.filter((place) => place?.ready === true).length,
    );
    this.renewal = new Renewal({
      nextPlacedBefore: (moment) => {
        if (this.stopping) return null;
        const place = this.places.findIndex((process) => process !== undefined && process.placedAt < moment);
        return place < 0 ? null : place;
      },
      renew: (place) => this.renew(place),
      now: () => performance.now(),
    });
  }

  /**
   * Resolves after the signal aborted and all processes ended. Rejects with CRASH_LOOP when one can't stay up, or with
   * the process' own error where starting it again can't help (PORT_IN_USE).
   *
   * @param onListening called once, when the first process accepts connections.
   */
  async run(signal: AbortSignal, onListening: (port: number) => void = () => undefined): Promise<void> {
    this.onListening = onListening;
    const { exec } = this.options;
    if (exec !== undefined) {
      cluster.setupPrimary({
        exec: exec.file,
        args: [...exec.args],
        execArgv: [...(exec.execArgv ?? process.execArgv)],
      });
    }
    const { host, port, otherPorts } = this.options;
    for (const [variable, wanted] of Object.entries({ GATEWAY_PORT: port, ...otherPorts })) {
      this.ports[variable] = String(wanted === 0 ? await freePort(host) : wanted);
    }
    let failure: MeterpulseError | undefined;
    await new Promise<void>((ended) => {
      this.fail = (error) => {
        failure ??= error;
        ended();
      };
      if (signal.aborted) ended();
      else signal.addEventListener('abort', () => ended(), { once: true });
      if (!signal.aborted) for (const place of this.places.keys()) this.start(place);
    });
    await this.stop();
    if (failure !== undefined) throw failure;
  }

  /** The metrics of all processes and of `registry`, as one Prometheus text. */
  async metrics(): Promise<string> {
    const own = this.options.registry.getMetricsAsJSON();
    const theirs = this.alive().map((process) => process.metrics(METRICS_TIMEOUT_MS));
    return aggregateText([await own, ...(await Promise.all(theirs)), await this.retired]);
  }

  /** Resolves when all processes accept connections and reach their log; rejects with what is missing. */
  async checkReady(): Promise<void> {
    const reasons = await Promise.all(
      this.places.map(async (process) =>
        process === undefined ? 'is not running' : process.unready(READINESS_TIMEOUT_MS),
      ),
    );
    const place = reasons.findIndex((reason) => reason !== null);
    if (this.stopping) throw new Error('the gateway is stopping');
    if (place >= 0)
      throw new Error(`gateway process ${place + 1} of ${reasons.length}: ${reasons[place] ?? ''}`);
  }

  async isReady(): Promise<boolean> {
    return this.checkReady().then(
      () => true,
      () => false,
    );
  }

  /**
   * Replaces the processes one at a time: starts a new one, waits until it accepts connections, drains the old one. A call
   * during another one's round makes no second round ({@link Renewal}). When a new process doesn't come up, the old one and
   * all after it go on.
   */
  renewAll(): Promise<Renewed> {
    return this.renewal.request();
  }

  /** Process ids of the gateway processes that run. */
  pids(): number[] {
    return this.alive().flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  private alive(): SupervisedProcess[] {
    return [...this.places.filter((place) => place !== undefined), ...this.coming, ...this.leaving];
  }

  private start(place: number): void {
    this.places[place] = this.fork(place);
  }

  private fork(place: number): SupervisedProcess {
    const worker = cluster.fork({ ...this.options.env, ...this.ports });
    closeWhatIsNeverTaken(worker);
    const supervised = new SupervisedProcess(worker);
    worker.on('message', (message: unknown) => {
      if (isFromProcess(message)) this.take(supervised, message);
    });
    void supervised.exited.then((how) => this.ended(place, supervised, how));
    return supervised;
  }

  private async renew(place: number): Promise<Renewed> {
    const { logger, stopTimeoutMs } = this.options;
    const next = this.fork(place);
    this.coming.add(next);
    await within(START_TIMEOUT_MS, Promise.race([next.isReady, next.exited]));
    // It may have ended in the same turn, or while the whole gateway stops.
    const cameUp = next.ready && this.coming.delete(next);
    this.counters.renewals.inc({ outcome: cameUp ? 'renewed' : 'failed' });
    if (!cameUp) {
      logger.error({ pid: next.pid }, 'a new gateway process did not come up: those before it go on');
      if (!this.stopping) next.worker.process.kill('SIGKILL');
      await next.exited;
      return 'failed';
    }
    const old = this.places[place];
    this.places[place] = next;
    next.placedAt = performance.now();
    logger.info({ pid: next.pid, replaces: old?.pid }, 'a gateway process is replaced');
    if (old === undefined) return 'renewed';
    this.leaving.add(old);
    old.send({ type: 'stop', handover: true });
    if (
      (await within(
        stopTimeoutMs,
        old.exited.then(() => true),
      )) === undefined
    ) {
      logger.error({ code: 'STOP_TIMED_OUT', stopTimeoutMs, pids: [old.pid] }, 'killing a gateway process');
      old.worker.process.kill('SIGKILL');
      await old.exited;
    }
    return 'renewed';
  }

  private take(from: SupervisedProcess, message: FromProcess): void {
    switch (message.type) {
      case 'ready':
        from.noteReady();
        if (this.listening) return;
        this.listening = true;
        this.onListening(message.port);
        return;
      case 'claimed':
        for (const sibling of this.alive()) if (sibling !== from) sibling.send(message);
        return;
      case 'failed':
        from.failure = message;
        return;
      case 'answer':
        from.answered(message);
    }
  }

  private async ended(place: number, process: SupervisedProcess, how: string): Promise<void> {
    const isPlaced = this.places[place] === process;
    if (isPlaced) this.places[place] = undefined;
    this.coming.delete(process);
    this.leaving.delete(process);
    this.retired = this.retired.then((retired) => retire(retired, process.lastMetrics));
    await process.lastWords;
    if (this.stopping || !isPlaced) return;
    const { failure, ready: wasReady, pid } = process;
    const { logger } = this.options;
    const livedMs = Math.round(performance.now() - process.startedAt);
    const because = failure === null ? how : `${how}: ${failure.message}`;
    if (failure?.code != null && !failure.canRetry) {
      this.fail(new MeterpulseError(failure.code, failure.message, { remedy: failure.remedy ?? undefined }));
      return;
    }
    const next = this.policies[place]?.ended({ livedMs, wasReady });
    if (next?.kind !== 'restart') {
      const crashes = next?.crashes ?? 0;
      this.fail(
        new MeterpulseError(
          'CRASH_LOOP',
          `A gateway process crashed ${crashes} times in a row, last by ${because}.`,
        ),
      );
      return;
    }
    logger.error(
      { pid, livedMs, restartInMs: Math.round(next.inMs) },
      `a gateway process crashed (${because})`,
    );
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      // One that was to replace it anyway may have taken its place.
      if (this.places[place] !== undefined) return;
      this.counters.restarts.inc();
      this.start(place);
    }, next.inMs);
    this.timers.add(timer);
  }

  private async stop(): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers) clearTimeout(timer);
    const running = this.alive();
    for (const process of running) process.send({ type: 'stop', handover: false });
    const exits = Promise.all(running.map(({ exited }) => exited));
    if ((await within(this.options.stopTimeoutMs, exits)) !== undefined) return;
    const late = this.alive();
    const { logger, stopTimeoutMs } = this.options;
    logger.error(
      { code: 'STOP_TIMED_OUT', stopTimeoutMs, pids: this.pids() },
      'killing gateway processes that did not stop',
    );
    for (const { worker } of late) worker.process.kill('SIGKILL');
    await exits;
  }
}
