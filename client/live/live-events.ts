import type { ChangeKind, DataOfKind, LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import type {
  FleetMessage,
  InitialData,
  Lagging,
  Resync,
  ServerMessage,
} from '../../protocol/live/server-message.js';
import type { LiveError } from './live-error.js';
import type { LiveStatus, SubscriptionStatus } from './live-status.js';

/** Something is there that was not. `kind` tells a reading from a charge point. */
export type InsertEvent = Extract<ServerMessage, { readonly type: 'INSERT' }>;

/** A charge point is gone (or is none of the filter any more), or a reading. */
export type DeleteEvent = Extract<ServerMessage, { readonly type: 'DELETE' }>;

/** Something is another now. With `changedOnly`, the data has the fields that differ and those that name the row. */
export type UpdateEvent<ChangedOnly extends boolean = false> = ChangedOnly extends true
  ? { readonly [Kind in ChangeKind]: ChangedUpdate<Kind> }[ChangeKind]
  : Extract<ServerMessage, { readonly type: 'UPDATE' }>;

type ChangedUpdate<Kind extends ChangeKind> = Omit<UpdateOf<Kind>, 'oldData' | 'newData'> & {
  readonly oldData: ChangedData[Kind];
  readonly newData: ChangedData[Kind];
};
type UpdateOf<Kind extends ChangeKind> = Extract<
  ServerMessage,
  { readonly type: 'UPDATE'; readonly kind: Kind }
>;

/** Fields that name the row, and of the others those that differ. */
export interface ChangedData {
  readonly reading: Pick<LiveReading, ReadingKey> & Partial<LiveReading>;
  readonly chargePoint: Pick<LiveChargePoint, 'id'> & Partial<LiveChargePoint>;
}

/** What names a series; with `timestamp` and `context`, a reading. */
export type SeriesKey =
  'chargePointId' | 'evseId' | 'connectorId' | 'measurand' | 'phase' | 'location' | 'unit';
export type ReadingKey = SeriesKey | 'timestamp' | 'context';

/** Part of what is there as of `changeId`; whole with the part whose `isLast` is true. */
export type InitialEvent = InitialData;
export type InitialItem = InitialData['data'][number];

/** Changes were left out for a subscriber that is too slow: of each series it got the newest. */
export type LaggingEvent = Lagging;

/**
 * What was seen so far is void. `initial` follows, unless the subscription asked for no snapshot. `interrupted` may also be said
 * by this client: the connection was lost before the initial data was whole, and it begins again.
 */
export type ResyncEvent = Resync;

/** Figures of the whole fleet, for subscriptions of the kind `fleet`. */
export type FleetEvent = FleetMessage;

export type ChangeEvent<ChangedOnly extends boolean = false> =
  InsertEvent | UpdateEvent<ChangedOnly> | DeleteEvent;

/** What belongs to a subscription, in the order of the server. `type` tells them apart. */
export type SubscriptionEvent<ChangedOnly extends boolean = false> =
  ChangeEvent<ChangedOnly> | InitialEvent | ResyncEvent | LaggingEvent | FleetEvent;

/** By name, what the handlers of a subscription get. */
export interface SubscriptionEvents<ChangedOnly extends boolean = false> {
  insert: InsertEvent;
  update: UpdateEvent<ChangedOnly>;
  delete: DeleteEvent;
  initial: InitialEvent;
  resync: ResyncEvent;
  lagging: LaggingEvent;
  fleet: FleetEvent;
  /** All events above that one frame of the server brought, after each was told by itself: for who draws once for many. */
  batch: readonly SubscriptionEvent<ChangedOnly>[];
  /** The subscription's own state has changed. */
  status: SubscriptionStatus;
  error: LiveError;
}

/** By name, what the handlers of a client get: of all its subscriptions (`event.id` names which). */
export interface ClientEvents extends Omit<SubscriptionEvents<boolean>, 'status'> {
  /** The client's state has changed. */
  status: LiveStatus;
}

export type Handler<Event> = (event: Event) => void;

/** Ends what `on` began. */
export type Off = () => void;

export type { ChangeKind, DataOfKind, LiveChargePoint, LiveReading };
