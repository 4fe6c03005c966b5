import { describe, expect, it } from 'vitest';
import { LEFT_OUT, trimSchema, type Schema } from './trim-schema.js';

const deep: Schema = {
  type: 'object',
  properties: Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`field${index}`, { type: 'string', maxLength: index }]),
  ),
};
const schema: Schema = {
  type: 'object',
  description: 'said to people',
  required: ['name'],
  properties: {
    name: { type: 'string', description: 'said to people', pattern: '^[a-z]+$' },
    used: { type: 'object', properties: { description: { type: 'string' }, deep } },
    unused: deep,
    list: { type: 'array', items: { anyOf: [deep, { type: 'string' }] } },
  },
};

describe('a trimmed schema', () => {
  const trimmed = trimSchema(schema, [{ name: 'a', used: { description: 'b' } }]);

  it('keeps what judges the values, and says nothing to people', () => {
    expect(trimmed.required).toEqual(['name']);
    expect(trimmed.properties?.['name']).toEqual({ type: 'string', pattern: '^[a-z]+$' });
    expect(trimmed).not.toHaveProperty('description');
  });

  it('keeps a field that is called as a keyword is', () => {
    expect(trimmed.properties?.['used']?.properties?.['description']).toEqual({ type: 'string' });
  });

  it('has the name of a part that nobody uses, and that it was left out', () => {
    const left = { type: 'object', [LEFT_OUT]: true };
    expect(trimmed.properties?.['unused']).toEqual(left);
    expect(trimmed.properties?.['used']?.properties?.['deep']).toEqual(left);
  });

  it('keeps what any of several values uses, in lists and choices too', () => {
    const both = trimSchema(schema, [{ name: 'a' }, { unused: {}, list: [{ field0: 'x' }] }]);
    expect(both.properties?.['unused']?.properties).toHaveProperty('field19');
    expect(both.properties?.['list']?.items?.anyOf?.[0]?.properties).toHaveProperty('field19');
  });
});
