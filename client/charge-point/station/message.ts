import type * as station from '../../station/message.js';
import type { Session } from '../../station/session.js';

export type { Answer } from '../../station/message.js';

export interface Message extends station.Message {
  /** For people: `1250.5 kWh`. */
  readonly summary: string;
  /** The session that it starts or stops. */
  readonly session: { readonly of: Session; readonly event: 'start' | 'stop' } | null;
}

/** A message on its way. */
export type Exchange = station.Exchange<Message>;
