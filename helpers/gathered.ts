import { setTimeout as delay } from 'node:timers/promises';

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Questions that come while one is under way are asked together next: a storm of them is a few round trips, a single one
 * waits for nothing.
 */
export class Gathered<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private isAsking = false;

  /**
   * @param ask gives one answer a question, in their order. When it rejects, all of its questions do.
   * @param max questions at a time.
   * @param restMs in a storm, between an answer and what is asked next: a question costs more than what it asks for, and without
   * a rest some come together where hundreds could.
   */
  constructor(
    private readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly max: number,
    private readonly restMs = 0,
  ) {}

  put(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (!this.isAsking) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) {
      const turn = this.waiting.splice(0, this.max);
      try {
        const answers = await this.ask(turn.map(({ question }) => question));
        for (const [index, { resolve }] of turn.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of turn) reject(error);
      }
      if (this.restMs > 0 && this.waiting.length > 0) await delay(this.restMs);
    }
    this.isAsking = false;
  }
}
