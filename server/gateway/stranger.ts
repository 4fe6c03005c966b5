import type { Logger } from 'pino';
import { within } from '../sockets/within.js';
import { refusal, unavailable, type Refusal } from './admission.js';
import type { ChargePointDirectory } from './charge-point-directory.js';
import type { DeviceIdentity } from './device-identity.js';
import type { Sender, SenderIdentity, SenderKnock } from './sender-identity.js';

/** Who is asked about a charge point; absent: nobody, and it may come in. */
export interface Gatekeepers {
  readonly identity?: DeviceIdentity | undefined;
  readonly directory?: ChargePointDirectory | undefined;
  /** The same of `/ingest`. */
  readonly senders?: SenderIdentity | undefined;
  readonly logger: Logger;
}

const TIMEOUT_MS = 5_000;
/** RFC 9110 demands one with 401. */
const CHALLENGE = { 'www-authenticate': 'Basic realm="meterpulse", charset="UTF-8"' };
const SENDER_CHALLENGE = { 'www-authenticate': 'Bearer realm="meterpulse"' };

/**
 * Why a charge point is not let in: it isn't itself, or not known. null: it may come in. Never rejects. Who it is comes
 * first: whoever guesses isn't told which charge points there are.
 */
export async function refusalOf(
  chargePointId: string,
  authorization: string | undefined,
  { identity, directory, logger }: Gatekeepers,
): Promise<Refusal | null> {
  try {
    const isItself =
      identity === undefined || (await answered(identity.isItself(chargePointId, authorization)));
    if (!isItself) {
      return identity.challenge === null
        ? refusal('otherCertificate')
        : refusal('unauthorised', { headers: CHALLENGE });
    }
    const isKnown = directory === undefined || (await answered(directory.isKnown(chargePointId)));
    return isKnown ? null : refusal('unknownChargePoint');
  } catch (error) {
    logger.warn({ err: error, chargePointId }, 'it can not be found out whether a charge point may come in');
    return unavailable('overloaded');
  }
}

/** Who comes to `/ingest`, or why they are not let in; null: nobody is asked. Never rejects. */
export async function senderOf(
  knock: SenderKnock,
  { senders, logger }: Pick<Gatekeepers, 'senders' | 'logger'>,
): Promise<{ readonly sender: Sender | null } | Refusal> {
  if (senders === undefined) return { sender: null };
  try {
    const sender = await answered(senders.identify(knock));
    if (sender === 'unknown') return refusal('unauthorisedSender', { headers: SENDER_CHALLENGE });
    return sender === 'forbidden' ? refusal('forbiddenSender') : { sender };
  } catch (error) {
    logger.warn({ err: error }, 'it can not be found out who wants to send');
    return unavailable('overloaded');
  }
}

async function answered<Answer>(question: Answer | Promise<Answer>): Promise<Answer> {
  // Most charge points are known without a question: a timer for each would cost more than to know them.
  if (!(question instanceof Promise)) return question;
  const answer = await within(TIMEOUT_MS, question);
  if (answer === undefined) throw new Error(`no answer in ${TIMEOUT_MS} ms`);
  return answer;
}
