import { createHash } from 'node:crypto';
import { isSignedText, type SignedValue } from '../../protocol/signed-value.js';
import type { RejectReason } from '../../protocol/reject.js';
import type { ChargePoint } from './charge-points.js';
import type { NameResolver } from './name-resolver.js';
import type { RejectBook } from './reject-book.js';
import { isStorableTime, unstorableSigned } from './storable-reading.js';

/** A signed value as a message of the batch tells it. */
export interface SignedTold {
  /** Index of its message in the batch, and its own in the message. */
  readonly message: number;
  readonly part: number;
  readonly chargePoint: ChargePoint;
  readonly value: SignedValue;
  /** ms since 1970 UTC. */
  readonly receivedAtMs: number;
}

/** A row of `signed_values`. */
export interface SignedRow extends SignedTold {
  /** Of the row in `transactions`. */
  readonly transactionId: number | null;
  readonly digest: Buffer;
}

/** Gives signed values the ids of their transactions; what can't be stored is refused. */
export async function resolveSigned(
  names: NameResolver,
  told: readonly SignedTold[],
  rejects: RejectBook,
): Promise<readonly SignedRow[]> {
  if (told.length === 0) return [];
  const storable = told.filter(({ message, part, value }) => {
    const reason = reasonAgainst(value);
    if (reason !== null) rejects.addSignedValue(message, part, reason);
    return reason === null;
  });
  const ofSessions = storable.filter(({ value }) => value.transactionId !== null);
  const ids = await names.transactionIds(
    ofSessions.map(({ chargePoint, value }) => ({ chargePoint, externalId: value.transactionId ?? '' })),
  );
  const idOf = new Map(ofSessions.map((each, index) => [each, ids[index] ?? null]));
  return storable.map((each) => ({
    ...each,
    transactionId: idOf.get(each) ?? null,
    digest: digestOf(each.value),
  }));
}

function reasonAgainst(value: SignedValue): RejectReason | null {
  if (!isStorableTime(value.timestampMs)) return 'timestamp_out_of_range';
  if (value.data === '' || !isSignedText(value.data) || !isSignedText(value.publicKey)) return 'signed_data';
  return unstorableSigned(value);
}

/** Of all that is told beside the charge point and the time. */
function digestOf(value: SignedValue): Buffer {
  const { evseId, connectorId, measurand, phase, location, context, transactionId } = value;
  const { encoding, signingMethod, publicKey, data } = value;
  const names = [evseId, connectorId, measurand, phase, location, context, transactionId];
  const text = JSON.stringify([...names, encoding, signingMethod, publicKey, data]);
  return createHash('sha256').update(text, 'utf8').digest();
}
