import { describe, expect, it } from 'vitest';
import { Gathered } from './gathered.js';

describe('gathered questions', () => {
  it('ask the first one at once, and together those that came meanwhile, at most so many', async () => {
    const asked: number[][] = [];
    const gathered = new Gathered<number, string>((questions) => {
      asked.push([...questions]);
      return Promise.resolve(questions.map((question) => `a${question}`));
    }, 3);
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((question) => gathered.put(question)));
    expect(answers).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
    expect(asked).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it('fail with their turn alone', async () => {
    let turn = 0;
    const gathered = new Gathered<number, number>((questions) => {
      turn++;
      return turn === 1 ? Promise.reject(new Error('down')) : Promise.resolve([...questions]);
    }, 10);
    const [first, second] = await Promise.allSettled([gathered.put(1), gathered.put(2)]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(await gathered.put(3)).toBe(3);
  });

  it('rest in a storm, so that more come together; the first one and one that comes alone wait for nothing', async () => {
    const asked: number[][] = [];
    const gathered = new Gathered<number, number>(
      (questions) => {
        asked.push([...questions]);
        return Promise.resolve([...questions]);
      },
      10,
      5,
    );
    const [first, second] = [gathered.put(1), gathered.put(2)];
    expect(asked).toEqual([[1]]);
    await first;
    // Comes while it rests.
    const third = gathered.put(3);
    await Promise.all([second, third]);
    expect(asked).toEqual([[1], [2, 3]]);
    await gathered.put(4);
    expect(asked).toEqual([[1], [2, 3], [4]]);
  });
});
