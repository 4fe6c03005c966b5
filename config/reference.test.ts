import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationReference } from './reference.js';
import { environmentSchema } from './schema.js';

describe('docs/configuration.md', () => {
  it('is what the schema says; `npm run docs` writes it', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationReference());
  });

  it('describes every variable', () => {
    for (const [name, schema] of Object.entries(environmentSchema.shape)) {
      expect(schema.description, name).toMatch(/\w{3}/);
    }
  });
});
