/**
 * Where charge points err against the schemas of OCPP and are understood all the same: the closed list. Each occurrence is
 * counted by the charge point's model; whatever isn't on the list is refused.
 */
export const LENIENCIES = {
  zonelessTimestamp: {
    sent: 'a timestamp without a zone',
    taken: 'as UTC; `quality` of the readings says so',
  },
  timestampSpelling: {
    sent: 'a timestamp spelt otherwise than RFC 3339 has it: a space for `T`, no seconds, `+0100`, a comma',
    taken: 'as meant',
  },
  unusableTimestamp: {
    sent: 'a timestamp that is none',
    taken: 'as absent; where it is needed it stands in quarantine, and the rest is kept',
  },
  numberForString: {
    sent: 'a JSON number for a text: the value of a sampled value (1.6), or a text that may be left out',
    taken: 'as its digits; `quality` of the readings says so',
  },
  stringForNumber: {
    sent: 'digits in a text for a number',
    taken: 'as that number',
  },
  stringForBoolean: {
    sent: '`"true"`, `"false"`, 0 or 1 for a boolean',
    taken: 'as that boolean',
  },
  fractionForInteger: {
    sent: 'a number with a fraction, or beyond any double, for a whole one in a request about a transaction',
    taken: 'as sent: the one value stands in quarantine, and the rest is kept',
  },
  unitSpelling: {
    sent: '`Celcius`, as the first edition of the schemas spelt it',
    taken: 'as `Celsius`',
  },
  nullForAbsent: {
    sent: '`null` for a field that may be left out',
    taken: 'as absent',
  },
  emptyForAbsent: {
    sent: 'an empty text or list for a field that may be left out',
    taken: 'as absent',
  },
  missingPart: {
    sent: 'no value for a required field that can be done without; those are listed with their message',
    taken: 'as its default, or as unknown',
  },
  unknownValue: {
    sent: 'a name that the list of the specification does not have',
    taken: 'as sent',
  },
  additionalProperty: {
    sent: 'a field that the specification does not have',
    taken: 'as absent',
  },
  textTooLong: {
    sent: 'a text longer than the specification allows, up to 255 characters or twice that length',
    taken: 'as sent, or cut where it is stored',
  },
  listTooLong: {
    sent: 'more elements than the specification allows',
    taken: 'as sent',
  },
  unusedField: {
    sent: 'anything else that is wrong with a field that may be left out and is not used here',
    taken: 'as absent',
  },
} as const satisfies Readonly<Record<string, { readonly sent: string; readonly taken: string }>>;

export type Leniency = keyof typeof LENIENCIES;
