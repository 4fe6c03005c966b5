import type { PoolClient } from '../../pool.js';
import { openCommand, rewriteCommands, sealCommand, type CommandFields } from '../command-fields.js';
import type { FieldCipher } from '../field-cipher.js';
import { openIdTags, sealIdTags, type SealedIdTags } from '../id-tags.js';
import { labelPlace, withLabelOpened } from '../label.js';
import { openPart, rewriteParts, sealPart, type PlaceInLog, type StoredRaw } from '../quarantined-raw.js';
import { isStaleJson, isStaleText, type RotationTarget } from './rotation-target.js';

interface Session extends SealedIdTags {
  readonly id: number;
}

const TRANSACTIONS: RotationTarget<Session> = {
  table: 'transactions',
  batchRows: 500,
  mark: 'prefix',
  isStale: `(${['id_tag', 'stop_id_tag', 'authorized_id_tag'].map(isStaleText).join(' or ')})`,
  idType: 'bigint',
  columns: `id_tag as "idTag", stop_id_tag as "stopIdTag", authorized_id_tag as "authorizedIdTag", null as blinds`,
  seal: (cipher, row) => ({ ...row, ...sealIdTags(cipher, row.id, openIdTags(cipher, row.id, row)) }),
  async write(client, rows) {
    await client.query(
      `update transactions t set id_tag = u.id_tag, stop_id_tag = u.stop_id_tag,
         authorized_id_tag = u.authorized_id_tag, id_tag_blinds = u.blinds::bytea[]
       from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
         as u (id, id_tag, stop_id_tag, authorized_id_tag, blinds)
       where t.id = u.id`,
      [
        rows.map(({ id }) => id),
        rows.map(({ idTag }) => idTag),
        rows.map(({ stopIdTag }) => stopIdTag),
        rows.map(({ authorizedIdTag }) => authorizedIdTag),
        rows.map(({ blinds }) => blinds),
      ],
    );
  },
};

interface ChargePoint {
  readonly id: string;
  readonly label: string;
}

const CHARGE_POINTS: RotationTarget<ChargePoint> = {
  table: 'charge_points',
  batchRows: 500,
  mark: 'prefix',
  isStale: isStaleText('label'),
  idType: 'text',
  columns: 'label',
  // To triggers: it is the same label.
  prepare: `set local meterpulse.rotates_keys = 'on'`,
  seal(cipher, row) {
    const { id, label } = withLabelOpened(cipher, row);
    return { id, label: cipher.seal(labelPlace(id), label) };
  },
  async write(client, rows) {
    await client.query(
      `update charge_points c set label = u.label from unnest($1::text[], $2::text[]) as u (id, label) where c.id = u.id`,
      [rows.map(({ id }) => id), rows.map(({ label }) => label)],
    );
  },
};

interface Part extends PlaceInLog, StoredRaw {
  readonly id: number;
}

/** `raw_key` says by which key the detail is encrypted, too, save where a part was sent again since. */
const QUARANTINE: RotationTarget<Part> = {
  table: 'quarantine',
  batchRows: 20,
  mark: 'keyId',
  isStale: `(raw_key is distinct from $1::text or detail <> '' and not starts_with(detail, E'\\x01mp1.' || $1::text || '.'))`,
  idType: 'bigint',
  columns: `topic, partition, "offset", path, detail, raw, octet_length(raw) as "rawBytes", raw_key as "rawKey"`,
  seal: (cipher, row) => sealPart(cipher, openPart(cipher, row)),
  write: rewriteParts,
};

const COMMANDS: RotationTarget<CommandFields> = {
  table: 'commands',
  batchRows: 200,
  mark: 'jsonPrefix',
  isStale: `(${['request', 'answer', 'error_details'].map(isStaleJson).join(' or ')}
    or error_description <> '' and not starts_with(to_json(error_description)::text, $1::text))`,
  idType: 'uuid',
  columns: 'request, answer, error_details as "errorDetails", error_description as "errorDescription"',
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
