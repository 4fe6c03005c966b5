import { Child } from '../child.js';
import type { ConnectRequest } from '../load-client.js';
import { summary, type Latencies } from '../latencies.js';
import type { Comparison } from './compare-ledger.js';
import type { SteadyRequest, SteadyResult } from './steady-readings.js';

/** An address has ports for some 28,000 sockets; three for each client are plenty. */
const ADDRESSES_EACH = 3;

export interface FleetLatencies extends Latencies {
  readonly sent: number;
  readonly refused: number;
  /** Answered after the warm-up, a second, until the last answer. */
  readonly perSecond: number;
  readonly latestSendMs: number;
  /** Of all clients while they sent. */
  readonly cpuSeconds: number;
}

/** Several processes that make load, as one: sockets, readings and their numbers are shared out evenly. */
export class LoadFleet implements AsyncDisposable {
  private connected = 0;

  private constructor(private readonly clients: readonly Child[]) {}

  static async start(processes: number): Promise<LoadFleet> {
    const clients = Array.from({ length: processes }, () => Child.start('benchmarks/load-client'));
    await Promise.all(clients.map((client, first) => client.call('number', { first, step: processes })));
    return new LoadFleet(clients);
  }

  /** Opens so many more. @returns seconds until the last one is in. */
  async connect(port: number, sockets: number): Promise<number> {
    const first = this.connected;
    this.connected += sockets;
    const each = sockets / this.clients.length;
    const opened = await this.all<{ seconds: number }>('open', (index) => {
      const [from, to] = [Math.round(index * each), Math.round((index + 1) * each)];
      const addresses = Array.from(
        { length: ADDRESSES_EACH },
        (_, at) => `127.0.0.${2 + index * ADDRESSES_EACH + at}`,
      );
      const request: ConnectRequest = {
        ...{ port, endpoint: 'ocpp', sockets: to - from, firstIndex: first + from, addresses },
      };
      return request;
    });
    return Math.max(...opened.map(({ seconds }) => seconds));
  }

  /** The newest ones boot. */
  async boot(newest: number): Promise<void> {
    await this.all('boot', () => ({ newest: this.shareOf(newest) }));
  }

  async send(request: SteadyRequest): Promise<FleetLatencies> {
    const results = await this.all<SteadyResult>('steady', () => ({
      ...request,
      perSecond: request.perSecond / this.clients.length,
      ...(request.newest === undefined ? {} : { newest: this.shareOf(request.newest) }),
    }));
    const sum = (pick: (result: SteadyResult) => number): number =>
      results.reduce((total, result) => total + pick(result), 0);
    return {
      ...summary(results.flatMap(({ latenciesMs }) => latenciesMs)),
      sent: sum(({ sent }) => sent),
      refused: sum(({ refused }) => refused),
      perSecond: sum(({ latenciesMs, seconds }) => latenciesMs.length / seconds),
      latestSendMs: Math.max(...results.map(({ latestSendMs }) => latestSendMs)),
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    };
  }

  /** What was acknowledged against what is stored, row by row. */
  async compare(databaseUrl: string): Promise<Comparison> {
    const parts = await this.all<Comparison>('compare', () => ({ databaseUrl }));
    const sum = (pick: (part: Comparison) => number): number =>
      parts.reduce((total, part) => total + pick(part), 0);
    return {
      acknowledged: sum(({ acknowledged }) => acknowledged),
      stored: sum(({ stored }) => stored),
      missing: sum(({ missing }) => missing),
      foreign: sum(({ foreign }) => foreign),
    };
  }

  async closeAll(): Promise<void> {
    await this.all('closeAll', () => null);
    this.connected = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
  }

  /** Of each client; a number that can't be shared out evenly is one too many for some. */
  private shareOf(sockets: number): number {
    return Math.ceil(sockets / this.clients.length);
  }

  private all<Result>(call: string, argument: (index: number) => unknown): Promise<Result[]> {
    return Promise.all(this.clients.map((client, index) => client.call<Result>(call, argument(index))));
  }
}
