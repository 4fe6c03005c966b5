import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';
import { readingKey } from './reading.js';

const place = (what: string) =>
  z
    .int()
    .nonnegative()
    .nullable()
    .describe(`${what} null: the value tells none, and that of its session is not known (yet).`);

export const signedValue = z
  .object({
    id: z.int().positive(),
    chargePointId: readingKey.chargePointId,
    evseId: place('0: the protocol names none (OCPP 1.6).'),
    connectorId: place('0: the charge point, or the EVSE, as a whole.'),
    measurand: readingKey.measurand,
    phase: readingKey.phase,
    location: readingKey.location,
    context: readingKey.context,
    timestamp: readingKey.timestamp,
    transactionId: z
      .string()
      .nullable()
      .describe('The charging session as the charge point names it; null: none.'),
    encoding: z
      .string()
      .describe('How `data` is written, such as `OCMF`; empty: not told, so are the two fields below.'),
    signingMethod: z.string(),
    publicKey: z.string(),
    data: z.string().describe('What the meter signed, exactly as it was sent.'),
    receivedAt: instant.describe('When it was received first.'),
  })
  .meta({
    id: 'SignedValue',
    description:
      'A meter value that the meter signed, for somebody else to prove. Nothing is computed from it.',
    examples: [
      {
        id: 3,
        chargePointId: 'CP-1',
        evseId: 0,
        connectorId: 1,
        measurand: 'Energy.Active.Import.Register',
        phase: '',
        location: 'Outlet',
        context: 'Transaction.End',
        timestamp: '2026-03-10T08:00:00.000Z',
        transactionId: '7',
        encoding: 'OCMF',
        signingMethod: '',
        publicKey: '',
        data: 'OCMF|{"FV":"1.0","GI":"Acme","RD":[{"TM":"2026-03-10T08:00:00,000+0000 S","TX":"E","RV":1272.9,"RU":"kWh"}]}|{"SD":"3045..."}',
        receivedAt: '2026-03-10T08:00:01.000Z',
      },
    ],
  });

export const signedValuePage = pageOf('SignedValuePage', signedValue);
