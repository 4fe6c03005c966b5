import { addressGroup, unmapped } from '../../helpers/address-group.js';
import type { Principal } from '../access/access.js';
import type { ClientAddress } from './client-address.js';
import type { SharedCounts } from './shared-counts.js';

export const REQUEST_LIMITS = ['key', 'site', 'address'] as const;
export type RequestLimit = (typeof REQUEST_LIMITS)[number];

/** A request that is one too many. */
export interface Limited {
  readonly limit: RequestLimit;
  readonly perMinute: number;
  /** Seconds, 1 at least. */
  readonly retryAfterS: number;
}

export interface RequestLimitsOptions {
  readonly counts: Pick<SharedCounts, 'take' | 'run'>;
  readonly clientAddress: ClientAddress;
  /** Requests a minute; 0: any number. */
  readonly perMinute: Readonly<Record<RequestLimit, number>>;
  /** Messages a minute of a key or a token's subject; 0: any number. Default 0. */
  readonly messagesPerMinute?: number;
  /** Whether an address is of a proxy that is trusted. Default: none is. */
  readonly isProxy?: (address: string) => boolean;
  readonly onLimited: (limit: RequestLimit) => void;
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** How often somebody may ask, by what they showed, the sites whose data they are shown, and where they are. */
export class RequestLimits {
  constructor(private readonly options: RequestLimitsOptions) {}

  /** From where a request comes, as far as proxies are trusted. */
  addressOf(remoteAddress: string, forwardedFor: string | string[] | undefined): string {
    return this.options.clientAddress(remoteAddress, forwardedFor);
  }

  /**
   * Before it is known who asks. Not of this machine: all of it is one address, and a proxy on it everybody's.
   *
   * @param address as {@link addressOf} tells it.
   */
  ofAddress(address: string): Limited | null {
    if (this.options.perMinute.address === 0 || LOOPBACK.test(address)) return null;
    return this.take([{ limit: 'address', of: addressGroup(address) }]);
  }

  /** Once it is known. Whoever showed nothing, where nobody has to, is not counted. */
  ofPrincipal({ by, name, sites }: Pick<Principal, 'by' | 'name' | 'sites'>): Limited | null {
    if (by === undefined) return null;
    const asked: { limit: RequestLimit; of: string }[] = [];
    if (this.options.perMinute.key > 0) asked.push({ limit: 'key', of: `${by} ${name}` });
    if (this.options.perMinute.site > 0) {
      for (const site of sites ?? []) asked.push({ limit: 'site', of: site });
    }
    return this.take(asked);
  }

  /** ms until whoever showed something may send messages again; 0: now, and these are counted. */
  ofMessages({ by, name }: Pick<Principal, 'by' | 'name'>, messages: number): number {
    const { counts, messagesPerMinute: limit = 0 } = this.options;
    if (by === undefined || limit === 0) return 0;
    return counts.take([{ name: `messages ${by} ${name}`, limit }], messages)?.waitMs ?? 0;
  }

  /** Whether this peer passes on what others ask. */
  isProxy(remoteAddress: string): boolean {
    return this.options.isProxy?.(unmapped(remoteAddress)) ?? false;
  }

  /** Shares the counts with other processes until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.options.counts.run(signal);
  }

  private take(asked: readonly { readonly limit: RequestLimit; readonly of: string }[]): Limited | null {
    const { counts, perMinute, onLimited } = this.options;
    const over = counts.take(
      asked.map(({ limit, of }) => ({ name: `${limit} ${of}`, limit: perMinute[limit] })),
    );
    const by = over === null ? undefined : asked[over.by];
    if (over === null || by === undefined) return null;
    onLimited(by.limit);
    return {
      limit: by.limit,
      perMinute: perMinute[by.limit],
      retryAfterS: Math.max(1, Math.ceil(over.waitMs / 1_000)),
    };
  }
}
