import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaReference } from '../../scripts/references/schema-reference.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

describe('docs/schema.md', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
  });
  afterAll(() => database.drop());

  it('is what the catalog of a migrated database says; `npm run docs` writes it', async () => {
    expect(readFileSync('docs/schema.md', 'utf8')).toBe(await schemaReference(database.url));
  });

  it('says of every table what it is for', async () => {
    const sections = (await schemaReference(database.url)).split(/^## /m).slice(1);
    expect(sections.length).toBeGreaterThan(10);
    for (const section of sections) {
      const [name, , comment = ''] = section.split('\n');
      expect(comment, name).toMatch(/^[A-Z].*\.$/);
    }
  });
});
