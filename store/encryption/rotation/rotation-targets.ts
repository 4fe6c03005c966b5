import type { PoolClient } from '../../pool.js';
import { openCommand, rewriteCommands, sealCommand, type CommandFields } from '../command-fields.js';
import type { FieldCipher } from '../field-cipher.js';
import { blindsOf, openIdTags, sealIdTags, type IdTags } from '../id-tags.js';
import { labelPlace } from '../label.js';
import { openPart, rewriteParts, sealPart, type PlaceInLog, type StoredRaw } from '../quarantined-raw.js';
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
  readonly id: number;
}

/** `raw_key` says by which key the detail is encrypted, too, save where a part was sent again since. */
const QUARANTINE: RotationTarget<Part> = {
  table: 'quarantine',
  batchRows: 20,
  mark: 'keyId',
  isStale: `(raw_key is distinct from $1::text or detail <> '' and not starts_with(detail, E'\\x01mp1.' || $1::text || '.'))`,
  primaryKey: { column: 'id', type: 'bigint' },
  columns: `id, topic, partition, "offset", path, detail, raw, octet_length(raw) as "rawBytes", raw_key as "rawKey"`,
  seal: (cipher, row) => sealPart(cipher, openPart(cipher, row)),
  write: rewriteParts,
};

interface Command extends CommandFields {
  readonly key: string;
}

const COMMANDS: RotationTarget<Command> = {
  table: 'commands',
  batchRows: 200,
  mark: 'jsonPrefix',
  isStale: `(${['request', 'answer', 'error_details'].map(isStaleJson).join(' or ')}
    or error_description <> '' and not starts_with(to_json(error_description)::text, $1::text))`,
  primaryKey: { column: 'id', type: 'uuid' },
  columns: 'id, request, answer, error_details as "errorDetails", error_description as "errorDescription"',
  seal: (cipher, row) => sealCommand(cipher, openCommand(cipher, row)),
  write: rewriteCommands,
};

/** The type of its rows is each one's own business. */
interface AnyTarget extends Omit<RotationTarget, 'seal' | 'write'> {
  seal(cipher: FieldCipher, row: never): unknown;
  write(client: PoolClient, rows: readonly never[]): Promise<void>;
}

/** Every table of which something is encrypted, save the feed, whose copies of labels go with its oldest rows. */
export const ROTATION_TARGETS: readonly AnyTarget[] = [TRANSACTIONS, CHARGE_POINTS, QUARANTINE, COMMANDS];
