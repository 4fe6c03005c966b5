import type { Logger } from 'pino';
import type { Subscribe } from '../../protocol/live/client-message.js';
import { parseClientMessage } from '../../protocol/live/parse-client-message.js';
import type { ErrorMessage, SessionMessage } from '../../protocol/live/server-message.js';
import { may } from '../access/access.js';
import type { Auditor } from '../audit/auditor.js';
import { audienceOf } from './audience.js';
import type { FleetBroadcast } from './fleet-broadcast.js';
import { FRAME_SCOPES } from './frame-scopes.js';
import type { SessionTerm } from './session-term.js';
import { Subscription } from './subscription.js';
import type { SubscriptionServices, SubscriptionSocket } from './subscription-services.js';

export interface RequestServices extends SubscriptionServices {
  readonly fleet: FleetBroadcast;
  readonly logger: Logger;
  /** Told what was refused. */
  readonly audit: Auditor;
  readonly maxSubscriptions: number;
}

export interface RequestSocket extends SubscriptionSocket {
  /** Empty: it isn't known any more. */
  readonly remoteAddress: string;
  tell(message: ErrorMessage | SessionMessage): void;
}

/** What one client asks for: each message is judged by who they are, and its subscriptions are kept. */
export class SessionRequests {
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(
    private readonly socket: RequestSocket,
    private readonly term: SessionTerm,
    private readonly services: RequestServices,
  ) {}

  get subscriptionCount(): number {
    return this.subscriptions.size;
  }

  /** A message as it came. */
  take(text: string): void {
    const parsed = parseClientMessage(text);
    if (!parsed.ok) {
      this.refuse(parsed.id, 'malformed', parsed.message, parsed.path);
      return;
    }
    const { message } = parsed;
    const scope = FRAME_SCOPES[message.type];
    if (!may(this.term.principal, scope)) {
      const id = message.type === 'RENEW' ? null : message.id;
      this.refuse(id, 'forbidden', `${message.type} takes the scope ${scope}`);
    } else if (message.type === 'SUBSCRIBE') this.subscribe(message);
    else if (message.type === 'UNSUBSCRIBE') this.unsubscribe(message.id);
    else void this.renew(message.token);
  }

  /** Tells that something is not done, and why; who may not do it is in the audit. */
  refuse(id: string | null, code: ErrorMessage['error']['code'], message: string, path?: string): void {
    if (code === 'forbidden' || code === 'renewal-refused') this.auditRefusal(message);
    const error = { code, message, ...(path === undefined ? {} : { path }) };
    const timestamp = new Date(this.services.now()).toISOString();
    this.socket.tell({ type: 'ERROR', id, error, timestamp });
  }

  /** There is room again. */
  relieve(): void {
    for (const subscription of this.subscriptions.values()) subscription.relieve();
  }

  end(): void {
    for (const subscription of this.subscriptions.values()) this.drop(subscription);
    this.subscriptions.clear();
  }

  private async renew(token: string): Promise<void> {
    try {
      const renewal = await this.term.renew(token);
      if (!renewal.ok) this.refuse(null, 'renewal-refused', renewal.why);
    } catch (error) {
      this.services.logger.error({ err: error }, 'it could not be found out who renews a session');
      this.refuse(null, 'unavailable', 'It can not be found out who asks at the moment; try again.');
    }
  }

  private subscribe(request: Subscribe): void {
    const { id, filter } = request;
    const { maxSubscriptions, fleet } = this.services;
    if (this.subscriptions.has(id)) {
      this.refuse(id, 'duplicate-subscription', 'there is a subscription of this id', '/id');
      return;
    }
    if (this.subscriptions.size >= maxSubscriptions) {
      this.refuse(id, 'too-many-subscriptions', `a socket has ${maxSubscriptions} subscriptions at most`);
      return;
    }
    const audience = audienceOf(filter, this.term.principal);
    const wantsFleet = audience.kinds.has('fleet');
    if (wantsFleet && this.term.principal.sites !== null) {
      this.refuse(id, 'forbidden', 'figures of the fleet are of all sites', '/filter/kinds');
      return;
    }
    const subscription = new Subscription(this.socket, request, audience, this.services);
    this.subscriptions.set(id, subscription);
    subscription.begin();
    if (wantsFleet) fleet.add(subscription);
  }

  private unsubscribe(id: string): void {
    const subscription = this.subscriptions.get(id);
    if (subscription === undefined) {
      this.refuse(id, 'unknown-subscription', 'there is no subscription of this id', '/id');
      return;
    }
    this.subscriptions.delete(id);
    this.drop(subscription);
  }

  private drop(subscription: Subscription): void {
    this.services.fleet.remove(subscription);
    subscription.end();
  }

  private auditRefusal(reason: string): void {
    const { by, name } = this.term.principal;
    this.services.audit.refused({
      actor: by === undefined ? null : name,
      actorKind: by ?? 'nobody',
      address: this.socket.remoteAddress === '' ? null : this.socket.remoteAddress,
      source: 'live',
      requestId: null,
      action: 'subscribe',
      outcome: 'refused',
      subject: '/live',
      reason,
    });
  }
}
