import { describe, expect, it } from 'vitest';
import { changedFields, foreignChanges } from './changed-fields.js';

const BASE = { label: 'Gate 9', site: 'Depot', status: 'active' } as const;

describe('an edit beside that of somebody else', () => {
  it('says what it changes and nothing more', () => {
    expect(changedFields(BASE, { ...BASE, label: 'Gate 10' })).toEqual({ label: 'Gate 10' });
    expect(changedFields(BASE, BASE)).toEqual({});
  });

  it('shows what the other one changed, and what of it would be written over', () => {
    const now = { ...BASE, label: 'Gate A', site: 'Yard' };
    expect(foreignChanges(BASE, now, { ...BASE, label: 'Gate 10', status: 'held' })).toEqual([
      { name: 'label', before: 'Gate 9', now: 'Gate A', mine: 'Gate 10' },
      { name: 'site', before: 'Depot', now: 'Yard', mine: undefined },
    ]);
  });

  it('shows nothing when the other one changed nothing that is seen here', () => {
    expect(foreignChanges(BASE, BASE, { ...BASE, label: 'x' })).toEqual([]);
  });
});
