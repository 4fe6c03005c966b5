import { addressGroup } from '../../helpers/address-group.js';
import type { Rate } from './rate.js';
import { rateOf } from './rate.js';

export interface AddressLimits {
  /** Open connections from one address; 0: any number. */
  readonly addressConnections: number;
  /** New connections a second from one address; 0: any number. */
  readonly addressRate: number;
}

/** What one remote address has of the gateway. */
export interface Visitor {
  readonly address: string;
  open: number;
  /** Bucket of new connections: see {@link Rate}. */
  spent: number;
}

/**
 * `refuse`: it is told why. `cut`: so many of this address are being told already that this one is cut off without a word.
 */
export type Arrival =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'refuse'; readonly limit: 'address_connections' | 'address_rate' }
  | { readonly kind: 'cut'; readonly limit: 'address_connections' };

/** Connections beyond the limit that are kept long enough to be told. */
const REFUSABLE_CONNECTIONS = 64;
const WELCOME: Arrival = Object.freeze({ kind: 'welcome' });
const REFUSED_FOR_NUMBER: Arrival = Object.freeze({ kind: 'refuse', limit: 'address_connections' });
const REFUSED_FOR_RATE: Arrival = Object.freeze({ kind: 'refuse', limit: 'address_rate' });
const CUT: Arrival = Object.freeze({ kind: 'cut', limit: 'address_connections' });

/** How many connections each remote address has, and how fast new ones come. */
export class Addresses {
  private readonly visitors = new Map<string, Visitor>();
  private readonly rate: Rate | null;

  constructor(private readonly limits: AddressLimits) {
    this.rate = rateOf(limits.addressRate);
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.visitors.size;
  }

  /**
   * A connection has come; {@link leave} must be told its `visitor` once when it has ended.
   *
   * @param now monotonic, ms.
   */
  arrive(remoteAddress: string | undefined, now: number): { visitor: Visitor; arrival: Arrival } {
    const address = addressGroup(remoteAddress ?? '');
    let visitor = this.visitors.get(address);
    if (visitor === undefined) {
      visitor = { address, open: 0, spent: 0 };
      this.visitors.set(address, visitor);
    }
    visitor.open++;
    return { visitor, arrival: this.judge(visitor, now) };
  }

  leave(visitor: Visitor, now: number): void {
    visitor.open--;
    this.forgetIfStale(visitor, now);
  }

  /** Forgets addresses that are gone, once their bucket is full again; to be called every few seconds. */
  sweep(now: number): void {
    for (const visitor of this.visitors.values()) this.forgetIfStale(visitor, now);
  }

  private judge(visitor: Visitor, now: number): Arrival {
    const { addressConnections } = this.limits;
    if (addressConnections > 0 && visitor.open > addressConnections) {
      return visitor.open > addressConnections + REFUSABLE_CONNECTIONS ? CUT : REFUSED_FOR_NUMBER;
    }
    if (this.rate === null) return WELCOME;
    const spent = this.rate.spend(visitor.spent, now, 1);
    // What is refused costs nothing: an address gets its rate however many more it asks for.
    if (this.rate.waitMs(spent, now) > 0) return REFUSED_FOR_RATE;
    visitor.spent = spent;
    return WELCOME;
  }

  private forgetIfStale(visitor: Visitor, now: number): void {
    if (visitor.open === 0 && visitor.spent <= now) this.visitors.delete(visitor.address);
  }
}
