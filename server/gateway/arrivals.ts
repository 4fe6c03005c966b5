import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Addresses, type AddressLimits, type Arrival, type Visitor } from './addresses.js';
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
  private readonly onClose: (this: VisitingSocket) => void;
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    limits: AddressLimits,
    private readonly metrics: Pick<GatewayMetrics, 'limitedTotal'>,
    /** Whether a peer passes on what others ask, and says for whom. */
    private readonly isProxy: (address: string) => boolean,
    /** Told of each that is cut off without a word. */
    private readonly onCut: (socket: Socket) => void,
  ) {
    const addresses = (this.addresses = new Addresses(limits));
    this.onClose = function (this: VisitingSocket): void {
      const visitor = this[VISITOR];
      if (visitor !== undefined) addresses.leave(visitor, performance.now());
    };
  }

  /** @param isTls agreeing on TLS costs more than telling somebody to come later is worth: who is too much is cut off. */
  watch(server: Server, isTls: boolean): void {
    server.on('connection', (socket: VisitingSocket) => {
      // All come from one address there: each is counted when it has said from where it comes.
      if (this.isProxy(socket.remoteAddress ?? '')) return;
      const arrival = this.arrive(socket, socket.remoteAddress);
      if (arrival.kind === 'welcome') return;
      if (arrival.kind === 'refuse' && !isTls) socket[REFUSED] = true;
      else {
        this.onCut(socket);
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

  /**
   * Whether the socket is one too many of its address, to be told so.
   *
   * @param address from where it comes, as far as proxies are trusted.
   */
  isTooMuch(socket: VisitingSocket, address: string): boolean {
    if (REFUSED in socket) return true;
    // Of all others the connection was counted, which has a socket of its own beneath TLS.
    if (VISITOR in socket || !this.isProxy(socket.remoteAddress ?? '')) return false;
    return this.arrive(socket, address).kind !== 'welcome';
  }

  private arrive(socket: VisitingSocket, address: string | undefined): Arrival {
    const { visitor, arrival } = this.addresses.arrive(address, performance.now());
    socket[VISITOR] = visitor;
    socket.on('close', this.onClose);
    if (arrival.kind !== 'welcome') this.metrics.limitedTotal[arrival.limit].inc();
    return arrival;
  }
}
