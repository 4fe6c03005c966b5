import type { MessageCounts, ReadingCounts } from '../reading-sink.js';
import type { Query } from './read-database.js';

export interface Stats {
  readonly messages: MessageCounts;
  /** `waiting`: of StopTransactions whose Start has not come, now; in none of the other counts. */
  readonly readings: ReadingCounts & { readonly waiting: number };
  readonly chargePoints: number;
  readonly transactions: number;
  /** Times of the oldest and the newest reading ever counted; null before the first. */
  readonly from: Date | null;
  readonly to: Date | null;
}

interface Row {
  messages_received: number;
  messages_stored: number;
  messages_duplicate: number;
  messages_rejected: number;
  readings_stored: number;
  readings_duplicate: number;
  readings_conflicting: number;
  readings_rejected: number;
  readings_waiting: number;
  charge_points: number;
  transactions: number;
  first_ts: Date | null;
  last_ts: Date | null;
}

/** From the counters that each flush moves on in its own transaction: readings are never counted by scanning them. */
const SQL = `
  select
    coalesce(sum(messages_received), 0)::bigint as messages_received,
    coalesce(sum(messages_stored), 0)::bigint as messages_stored,
    coalesce(sum(messages_duplicate), 0)::bigint as messages_duplicate,
    coalesce(sum(messages_rejected), 0)::bigint as messages_rejected,
    coalesce(sum(readings_stored), 0)::bigint as readings_stored,
    coalesce(sum(readings_duplicate), 0)::bigint as readings_duplicate,
    coalesce(sum(readings_conflicting), 0)::bigint as readings_conflicting,
    coalesce(sum(readings_rejected), 0)::bigint as readings_rejected,
    (select count(*) from waiting_readings) as readings_waiting,
    (select count(*) from charge_points) as charge_points,
    (select count(*) from transactions) as transactions,
    min(first_ts) as first_ts,
    max(last_ts) as last_ts
  from consumer_positions`;

export async function readStats(query: Query): Promise<Stats> {
  const [row] = await query<Row>(SQL);
  if (row === undefined) throw new Error('an aggregate without groups gives one row');
  return {
    messages: {
      received: row.messages_received,
      stored: row.messages_stored,
      duplicate: row.messages_duplicate,
      rejected: row.messages_rejected,
    },
    readings: {
      stored: row.readings_stored,
      duplicate: row.readings_duplicate,
      conflicting: row.readings_conflicting,
      rejected: row.readings_rejected,
      waiting: row.readings_waiting,
    },
    chargePoints: row.charge_points,
    transactions: row.transactions,
    from: row.first_ts,
    to: row.last_ts,
  };
}
