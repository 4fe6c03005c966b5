import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResumeState } from './resume-state.js';

let directory = '';
let file = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'meterpulse-resume-'));
  file = join(directory, 'state.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a resume state', () => {
  it('starts with nothing settled', async () => {
    const state = await ResumeState.open(file, 'book', 20);
    expect(state.settledRows).toBe(0);
    expect(Array.from({ length: 20 }, (_, index) => state.isSettled(index))).not.toContain(true);
  });

  it('knows after a restart which rows were settled when it was saved', async () => {
    const state = await ResumeState.open(file, 'book', 20);
    for (const index of [0, 7, 8, 19, 7]) state.mark(index);
    await state.save();
    state.mark(3);
    const again = await ResumeState.open(file, 'book', 20);
    expect(again.settledRows).toBe(4);
    expect([0, 7, 8, 19].every((index) => again.isSettled(index))).toBe(true);
    expect(again.isSettled(3)).toBe(false);
  });

  it('takes a tenth of a byte and a bit for each row', async () => {
    const state = await ResumeState.open(file, 'book', 80_000);
    for (let index = 0; index < 80_000; index += 3) state.mark(index);
    await state.save();
    expect((await readFile(file)).length).toBeLessThan(14_000);
  });

  it('leaves no draft behind, and writes nothing when nothing has changed', async () => {
    const state = await ResumeState.open(file, 'book', 8);
    await Promise.all([state.save(), state.save()]);
    await rm(file);
    await state.save();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['another workbook', { version: 1, workbook: 'other', rows: 20, settled: 'AAAA' }],
    ['another number of rows', { version: 1, workbook: 'book', rows: 21, settled: 'AAAA' }],
    ['too few bits', { version: 1, workbook: 'book', rows: 20, settled: 'AA==' }],
    ['another version', { version: 2, workbook: 'book', rows: 20, settled: 'AAAA' }],
    ['no state at all', ['hello']],
  ])('refuses a file with %s', async (_, content) => {
    await writeFile(file, JSON.stringify(content));
    await expect(ResumeState.open(file, 'book', 20)).rejects.toMatchObject({ code: 'RESUME_STATE_UNUSABLE' });
  });

  it('refuses a file that is cut off', async () => {
    await writeFile(file, '{"version":1,"work');
    await expect(ResumeState.open(file, 'book', 20)).rejects.toMatchObject({ code: 'RESUME_STATE_UNUSABLE' });
  });

  it('says when it cannot be written', async () => {
    const state = await ResumeState.open(join(directory, 'missing', 'state.json'), 'book', 20);
    await expect(state.save()).rejects.toMatchObject({ code: 'RESUME_STATE_UNUSABLE' });
  });
});
