import type { PoolClient } from '../../pool.js';
import { commandPlace } from '../command-fields.js';
import type { FieldCipher, Place } from '../field-cipher.js';
import { blindsOf, openIdTags, sealIdTags, type IdTags } from '../id-tags.js';
import { labelPlace } from '../label.js';
import { detailPlace, openPart, sealRaw, type PlaceInLog, type StoredRaw } from '../quarantined-raw.js';
import { isStaleJson, isStaleText, type RotationTarget } from './rotation-target.js';

interface Session extends IdTags {
  readonly key: number;
  readonly blinds: string | null;
}

const TRANSACTIONS: RotationTarget<Session> = {
  table: 'transactions',
  batchRows: 500,
  mark: 'prefix',
  isStale: `(${['id_tag', 'stop_id_tag', 'authorized_id_tag'].map(isStaleText).join(' or ')})`,
  primaryKey: { column: 'id', type: 'bigint' },
  columns: `id_tag as "idTag", stop_id_tag as "stopIdTag", authorized_id_tag as "authorizedIdTag", null as blinds`,
  seal(cipher, { key, ...stored }) {
    const tags = openIdTags(cipher, key, stored);
    return { key, ...sealIdTags(cipher, key, tags), blinds: blindsOf(cipher, tags) };
  },
  async write(client, rows) {
    await client.query(
      `update transactions t set id_tag = u.id_tag, stop_id_tag = u.stop_id_tag,
         authorized_id_tag = u.authorized_id_tag, id_tag_blinds = u.blinds::bytea[]
       from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
         as u (id, id_tag, stop_id_tag, authorized_id_tag, blinds)
       where t.id = u.id`,
      [
        rows.map(({ key }) => key),
        rows.map(({ idTag }) => idTag),
        rows.map(({ stopIdTag }) => stopIdTag),
        rows.map(({ authorizedIdTag }) => authorizedIdTag),
        rows.map(({ blinds }) => blinds),
      ],
    );
  },
};

interface ChargePoint {
  readonly key: string;
  readonly label: string;
}

const CHARGE_POINTS: RotationTarget<ChargePoint> = {
  table: 'charge_points',
  batchRows: 500,
  mark: 'prefix',
  isStale: isStaleText('label'),
  primaryKey: { column: 'id', type: 'text' },
  columns: 'label',
  // To triggers: it is the same label.
  prepare: `set local meterpulse.rotates_keys = 'on'`,
  seal(cipher, { key, label }) {
    const place = labelPlace(key);
    return { key, label: cipher.seal(place, cipher.open(place, label)) };
  },
  async write(client, rows) {
    await client.query(
      `update charge_points c set label = u.label from unnest($1::text[], $2::text[]) as u (id, label) where c.id = u.id`,
      [rows.map(({ key }) => key), rows.map(({ label }) => label)],
    );
  },
};

interface Part extends PlaceInLog, StoredRaw {
  readonly key: number;
}

/** `raw_key` says by which key the detail is encrypted, too, save where a part was sent again since. */
const QUARANTINE: RotationTarget<Part> = {
  table: 'quarantine',
  batchRows: 20,
  mark: 'keyId',
  isStale: `(raw_key is distinct from $1::text or detail <> '' and not starts_with(detail, E'\\x01mp1.' || $1::text || '.'))`,
  primaryKey: { column: 'id', type: 'bigint' },
  columns: `topic, partition, "offset", path, detail, raw, octet_length(raw) as "rawBytes", raw_key as "rawKey"`,
  seal(cipher, row) {
    const { raw, detail } = openPart(cipher, row);
    const { bytes, keyId } = sealRaw(cipher, row, raw);
    return { ...row, raw: bytes, rawKey: keyId, detail: cipher.seal(detailPlace(row), detail) };
  },
  async write(client, rows) {
    await client.query(
      `update quarantine q set raw = u.raw, raw_key = u.raw_key, detail = u.detail
       from unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[]) as u (id, raw, raw_key, detail)
       where q.id = u.id`,
      [
        rows.map(({ key }) => key),
        rows.map(({ raw }) => raw),
        rows.map(({ rawKey }) => rawKey),
        rows.map(({ detail }) => detail),
      ],
    );
  },
};

interface Command {
  readonly key: string;
  readonly request: unknown;
  readonly answer: unknown;
  readonly error_details: unknown;
  readonly error_description: string | null;
}

const COMMANDS: RotationTarget<Command> = {
  table: 'commands',
  batchRows: 200,
  mark: 'jsonPrefix',
  isStale: `(${['request', 'answer', 'error_details'].map(isStaleJson).join(' or ')}
    or error_description <> '' and not starts_with(to_json(error_description)::text, $1::text))`,
  primaryKey: { column: 'id', type: 'uuid' },
  columns: 'request, answer, error_details, error_description',
  seal(cipher, { key, request, answer, error_details, error_description }) {
    const description = commandPlace('error_description', key);
    return {
      key,
      request: resealedJson(cipher, commandPlace('request', key), request),
      answer: resealedJson(cipher, commandPlace('answer', key), answer),
      error_details: resealedJson(cipher, commandPlace('error_details', key), error_details),
      error_description: cipher.seal(description, cipher.open(description, error_description)),
    };
  },
  async write(client, rows) {
    await client.query(
      `update commands c set request = u.request::json, answer = u.answer::json, error_details = u.details::json,
         error_description = u.description
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
         as u (id, request, answer, details, description)
       where c.id = u.id`,
      [
        rows.map(({ key }) => key),
        rows.map(({ request }) => request),
        rows.map(({ answer }) => answer),
        rows.map(({ error_details }) => error_details),
        rows.map(({ error_description }) => error_description),
      ],
    );
  },
};

/** What is no JSON at all stays so. */
function resealedJson(cipher: FieldCipher, place: Place, stored: unknown): string | null {
  return stored === null ? null : cipher.sealJson(place, cipher.openJson(place, stored));
}

/** The type of its rows is each one's own business. */
interface AnyTarget extends Omit<RotationTarget, 'seal' | 'write'> {
  seal(cipher: FieldCipher, row: never): unknown;
  write(client: PoolClient, rows: readonly never[]): Promise<void>;
}

/** Every table of which something is encrypted, save the feed, whose copies of labels go with its oldest rows. */
export const ROTATION_TARGETS: readonly AnyTarget[] = [TRANSACTIONS, CHARGE_POINTS, QUARANTINE, COMMANDS];
