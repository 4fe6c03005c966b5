import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HISTORY_SIZE, HistoryFile } from './history-file.js';

describe('the history', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meterpulse-history-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('comes back newest first, without repeats, readable by its owner alone', () => {
    const path = join(folder, 'deep', 'client-history');
    const first = new HistoryFile(path);
    expect(first.load()).toEqual([]);
    for (const line of ['send 1', 'show', ' ', 'send 1', 'x'.repeat(20_000)]) first.add(line);
    expect(new HistoryFile(path).load()).toEqual(['send 1', 'show']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes the rights of others away from a file that was there', () => {
    const path = join(folder, 'history');
    writeFileSync(path, 'show\n', { mode: 0o644 });
    expect(new HistoryFile(path).load()).toEqual(['show']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not grow for ever', () => {
    const path = join(folder, 'history');
    writeFileSync(path, Array.from({ length: 5_000 }, (_, at) => `send ${at}\n`).join(''));
    expect(new HistoryFile(path).load()).toHaveLength(HISTORY_SIZE);
    const kept = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(kept).toHaveLength(HISTORY_SIZE);
    expect(kept.at(-1)).toBe('send 4999');
  });

  it('is done without where it can not be kept', () => {
    const history = new HistoryFile(folder);
    expect(history.load()).toEqual([]);
    history.add('show');
  });
});
