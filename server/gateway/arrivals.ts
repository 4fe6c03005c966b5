import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Addresses, type AddressLimits, type Visitor } from './addresses.js';
import type { GatewayMetrics } from './metrics.js';

const SWEEP_INTERVAL_MS = 5_000;

/** What this file notes on a socket: a closure for each would cost more. */
const VISITOR = Symbol('visitor');
const REFUSED = Symbol('refused');
interface VisitingSocket extends Socket {
  [VISITOR]?: Visitor;
  [REFUSED]?: true;
}

/** Who comes to the ports of a gateway, counted by remote address over all of them. */
export class Arrivals {
  private readonly addresses: Addresses;
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    limits: AddressLimits,
    private readonly metrics: Pick<GatewayMetrics, 'limitedTotal'>,
    /** Told of each that is cut off without a word. */
    private readonly onCut: (socket: Socket) => void,
  ) {
    this.addresses = new Addresses(limits);
  }

  /** @param isTls agreeing on TLS costs more than telling somebody to come later is worth: who is too much is cut off. */
  watch(server: Server, isTls: boolean): void {
    const { addresses, metrics, onCut } = this;
    const onClose = function (this: VisitingSocket): void {
      const visitor = this[VISITOR];
      if (visitor !== undefined) addresses.leave(visitor, performance.now());
    };
    server.on('connection', (socket: VisitingSocket) => {
      const { visitor, arrival } = addresses.arrive(socket.remoteAddress, performance.now());
      socket[VISITOR] = visitor;
      socket.on('close', onClose);
      if (arrival.kind === 'welcome') return;
      metrics.limitedTotal[arrival.limit].inc();
      if (arrival.kind === 'refuse' && !isTls) socket[REFUSED] = true;
      else {
        onCut(socket);
        socket.destroy();
      }
    });
  }

  start(): void {
    this.sweep = setInterval(() => this.addresses.sweep(performance.now()), SWEEP_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.sweep);
  }

  /** Whether the socket is one too many of its address, to be told so. */
  isTooMuch(socket: object): boolean {
    return REFUSED in socket;
  }
}
