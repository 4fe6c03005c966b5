import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ocppSample } from '../../tests/harness/ocpp-sample.js';
import type { ChargerProtocol, Handled } from '../charger-protocol.js';
import { isObject } from '../leniency.js';
import { OCPP_ERRORS, type OcppError } from '../ocpp-error-codes.js';
import { OCPP_16, ocpp16Protocol } from '../ocpp16/ocpp16-protocol.js';
import { OCPP_201, ocpp201Protocol } from '../ocpp201/ocpp201-protocol.js';
import type { JsonSchema } from './message-schemas.js';
import type { OcppVersion, ServedAction } from './ocpp-version.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const options = { limits: { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') } };

interface Case {
  readonly version: OcppVersion;
  readonly protocol: ChargerProtocol;
  readonly action: string;
  readonly served: ServedAction;
  readonly schema: JsonSchema;
}

const VERSIONS: readonly (readonly [OcppVersion, ChargerProtocol])[] = [
  [OCPP_16, ocpp16Protocol(options)],
  [OCPP_201, ocpp201Protocol(options)],
];
const CASES: readonly (readonly [string, Case])[] = VERSIONS.flatMap(([version, protocol]) =>
  [...version.served].map(([action, served]): readonly [string, Case] => {
    const { schema } = version.schemas.request(action);
    return [`${version.name} ${action}`, { version, protocol, action, served, schema }];
  }),
);
/** Held against its schema, which MeterValues is not: it is never refused. */
const JUDGED = CASES.filter(([, { action }]) => action !== 'MeterValues');

const handle = ({ protocol, action }: Case, payload: unknown): Handled =>
  protocol.handle(JSON.stringify([2, 'm1', action, payload]), {
    ...{ chargePointId: 'CP-1', receivedAt: AT, heartbeatIntervalS: 300 },
  });
const answerOf = (handled: Handled): readonly unknown[] =>
  JSON.parse(handled.answer(handled.envelopes.map(() => ({ kind: 'durable' }))) ?? '[]') as unknown[];

function expectResult({ version, action }: Case, handled: Handled): Record<string, unknown> {
  const [type, id, payload] = answerOf(handled);
  expect([type, id]).toEqual([3, 'm1']);
  const { validate } = version.schemas.response(action);
  expect(validate(payload) ? [] : validate.errors).toEqual([]);
  return payload as Record<string, unknown>;
}

function expectRefusal({ version }: Case, handled: Handled, errors: readonly OcppError[]): string {
  const answer = answerOf(handled);
  expect(answer).toMatchObject([4, 'm1', expect.any(String), expect.any(String), {}]);
  expect(errors.map((error) => OCPP_ERRORS[error][version.name])).toContain(answer[2]);
  return String(answer[3]);
}

const requiredOf = ({ schema }: Case): readonly string[] => schema.required ?? [];
const optionalOf = (each: Case): readonly string[] =>
  Object.keys(each.schema.properties ?? {}).filter((name) => !requiredOf(each).includes(name));

const typeOf = ({ schema }: Case, field: string): string | undefined => schema.properties?.[field]?.type;

describe.each(CASES)('%s', (_name, each) => {
  it.each(['required', 'all'] as const)('is answered by its schema with %s fields', (fields) => {
    const handled = handle(each, ocppSample(each.schema, fields));
    expectResult(each, handled);
    expect(handled.leniencies).toEqual([]);
    const isLogged = ['readings', 'sessions'].includes(each.served.destination);
    expect(handled.envelopes).toHaveLength(isLogged ? 1 : 0);
  });

  it('is answered as the documentation tells', () => {
    const answers = (['required', 'all'] as const).map((fields) =>
      JSON.stringify(expectResult(each, handle(each, ocppSample(each.schema, fields)))),
    );
    const told = [...each.served.answered.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
    for (const word of told) expect(answers.join()).toContain(word);
  });

  it('is taken with a field that the specification does not have', () => {
    const handled = handle(each, { ...ocppSample(each.schema, 'required'), 'x-vendor': { deep: [1] } });
    expectResult(each, handled);
    expect(handled.verdicts).not.toMatchObject([{ kind: 'invalid' }]);
  });
});

describe.each(JUDGED)('%s', (_name, each) => {
  it('tells of each required field that is missing, or does without it', () => {
    for (const field of requiredOf(each)) {
      const handled = handle(each, { ...ocppSample(each.schema, 'required'), [field]: undefined });
      if (each.served.tolerance.dispensable?.includes(field) === true) {
        expectResult(each, handled);
        expect(handled.leniencies).toEqual(['missingPart']);
      } else {
        expect(expectRefusal(each, handled, ['occurrence'])).toBe(`${field} is required`);
      }
    }
  });

  it('refuses a required field of another type by its name', () => {
    for (const field of requiredOf(each)) {
      const handled = handle(each, { ...ocppSample(each.schema, 'required'), [field]: [[]] });
      expect(expectRefusal(each, handled, ['type'])).toMatch(new RegExp(`^${field}\\b`));
    }
  });

  it('takes null for what may be left out', () => {
    for (const field of optionalOf(each)) {
      const handled = handle(each, { ...ocppSample(each.schema, 'required'), [field]: null });
      expectResult(each, handled);
      // The `data` of 2.0.1's DataTransfer may be anything.
      const isAnything =
        each.schema.properties?.[field]?.$ref === undefined && typeOf(each, field) === undefined;
      expect(handled.leniencies, field).toEqual(isAnything ? [] : ['nullForAbsent']);
    }
  });

  it.each([null, [], 'text', 7, true])('refuses %j as its payload', (payload) => {
    expectRefusal(each, handle(each, payload), ['payload']);
  });
});

describe.each(VERSIONS)('$name', (version, protocol) => {
  const PAYLOAD_ERRORS: readonly OcppError[] = ['payload', 'property', 'occurrence', 'type'];
  const cases = CASES.map(([, each]) => each).filter((each) => each.version === version);

  it('gives any payload of any action one valid answer', () => {
    const request = fc
      .constantFrom(...cases)
      .chain((each) =>
        fc.tuple(fc.constant(each), fc.oneof(fc.jsonValue(), mutated(ocppSample(each.schema, 'all')))),
      );
    fc.assert(
      fc.property(request, ([each, payload]) => {
        const handled = handle(each, payload);
        expect(handled.verdicts).toHaveLength(1);
        if (answerOf(handled)[0] === 3) expectResult(each, handled);
        else expectRefusal(each, handled, PAYLOAD_ERRORS);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not serve what only a server calls, and knows no other action', () => {
    const errorOf = (action: string): unknown => {
      const context = { chargePointId: 'CP-1', receivedAt: AT, heartbeatIntervalS: 300 };
      return answerOf(protocol.handle(JSON.stringify([2, 'm1', action, {}]), context))[2];
    };
    for (const action of version.calls) {
      if (!version.served.has(action)) expect(errorOf(action)).toBe('NotSupported');
    }
    for (const action of ['MakeCoffee', '__proto__', 'constructor', 'heartbeat', '../v16/reset']) {
      expect(errorOf(action)).toBe('NotImplemented');
    }
  });
});

/** The sample with the value of some field, however deep, put in place by any JSON, or taken out. */
function mutated(sample: unknown): fc.Arbitrary<unknown> {
  const paths: (string | number)[][] = [];
  const visit = (value: unknown, path: (string | number)[]): void => {
    if (path.length > 0) paths.push(path);
    if (Array.isArray(value)) value.forEach((element, index) => visit(element, [...path, index]));
    else if (isObject(value)) for (const key of Object.keys(value)) visit(value[key], [...path, key]);
  };
  visit(sample, []);
  if (paths.length === 0) return fc.constant(sample);
  const change = fc.tuple(fc.constantFrom(...paths), fc.option(fc.jsonValue(), { nil: undefined }));
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy = structuredClone(sample);
    for (const [path, value] of changes) put(copy, path, value);
    return copy;
  });
}

function put(root: unknown, path: readonly (string | number)[], value: unknown): void {
  let parent = root;
  for (const key of path.slice(0, -1)) {
    if (typeof parent !== 'object' || parent === null) return;
    parent = (parent as Record<string | number, unknown>)[key];
  }
  const last = path.at(-1);
  if (typeof parent === 'object' && parent !== null && last !== undefined) {
    (parent as Record<string | number, unknown>)[last] = value;
  }
}
