import { LOST_AFTER_S } from '../connections/gateway-processes.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { withLabelOpened } from '../encryption/label.js';
import { readIdsByLabel } from './ids-by-label.js';
import type { Query } from './read-database.js';

export const CHARGE_POINT_STATUSES = ['active', 'held', 'retired'] as const;
export type ChargePointStatus = (typeof CHARGE_POINT_STATUSES)[number];

export interface ChargePoint {
  readonly id: string;
  readonly label: string;
  readonly site: string;
  readonly status: ChargePointStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** Of `charge_points`, as {@link ChargePoint} has them. */
export const CHARGE_POINT_COLUMNS = `id, label, site, status, created_at as "createdAt", updated_at as "updatedAt", version`;

export interface ListedChargePoint extends ChargePoint {
  /** Whether an open connection of it is known; null: it has never connected, or nobody asked. */
  readonly connected: boolean | null;
  /** Of that state: when it connected, or was last known to be connected. */
  readonly since: Date | null;
}

export interface ChargePointsQuestion {
  /** Only this site; undefined: all. */
  readonly site: string | undefined;
  /** Only those with one of these. */
  readonly statuses: readonly ChargePointStatus[];
  /** Part of the id or the label, in whatever case; undefined: any. */
  readonly search: string | undefined;
  /** Whether the connection of each is looked up. */
  readonly withConnection: boolean;
  /** Only of these sites; null: of all. */
  readonly sites: readonly string[] | null;
  /** Only ids after this one; undefined: from the first. */
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * Walks the primary key until the page is full. A search that finds little walks all of it: some 50 ms for 50,000 rows, which
 * no index shortens save one of trigrams, an extension that not every PostgreSQL has. `$1 is null` is folded away: the
 * statement is planned for its values. $7: ids by their labels, where labels are encrypted and nothing can be found in them.
 */
const PAGE = `
  select ${CHARGE_POINT_COLUMNS}
  from charge_points
  where ($1::text is null or id > $1)
    and ($2::text is null or site = $2)
    and status = any($3::text[])
    and ($4::text[] is null or exists (
      select from unnest($4) as t (part) where strpos(lower(id), lower(part)) > 0
        or $7::text[] is null and strpos(lower(label), lower(part)) > 0)
      or id = any($7))
    and ($5::text[] is null or site = any($5))
  order by id
  limit $6`;

const WITH_CONNECTION = `
  with page as materialized (${PAGE})
  select page.*,
    case when c.charge_point_id is null then null else
      c.disconnected_at is null and coalesce(p.seen_at > now() - make_interval(secs => ${LOST_AFTER_S}), false)
    end as connected,
    case when c.disconnected_at is not null then c.disconnected_at
      when p.seen_at > now() - make_interval(secs => ${LOST_AFTER_S}) then c.connected_at
      else coalesce(p.seen_at, c.last_message_at, c.connected_at) end as since
  from page
  left join connections c on c.charge_point_id = page.id
  left join gateway_processes p on p.id = c.gateway_id
  order by page.id`;

const WITHOUT = `select page.*, null::boolean as connected, null::timestamptz as since from (${PAGE}) page order by id`;

/** Charge points in the order of their ids. */
export async function readChargePoints(
  query: Query,
  question: ChargePointsQuestion,
): Promise<ListedChargePoint[]> {
  const { after, site, statuses, search, withConnection, sites, limit } = question;
  const cipher = fieldsOf(query);
  const isEncrypted = search !== undefined && cipher.currentKey !== null;
  const rows = await query<ListedChargePoint>(withConnection ? WITH_CONNECTION : WITHOUT, [
    after ?? null,
    site ?? null,
    statuses,
    // A database of the locale C lowers ASCII letters alone: others are looked for as either case.
    search === undefined ? null : [...new Set([search.toLowerCase(), search.toUpperCase()])],
    sites,
    limit,
    isEncrypted ? await readIdsByLabel(query, { ...question, search }) : null,
  ]);
  return rows.map((row) => withLabelOpened(cipher, row));
}
