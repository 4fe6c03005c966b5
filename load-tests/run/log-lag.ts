import { Kafka, logLevel, type Admin } from 'kafkajs';
import pg from 'pg';

/** Records of the topic that aren't stored yet: ends of the log against the positions that move with the rows. */
export class LogLag implements AsyncDisposable {
  private constructor(
    private readonly admin: Admin,
    private readonly client: pg.Client,
    private readonly topic: string,
  ) {}

  static async open(brokers: readonly string[], databaseUrl: string, topic: string): Promise<LogLag> {
    const admin = new Kafka({
      brokers: [...brokers],
      clientId: 'load-tests',
      logLevel: logLevel.ERROR,
    }).admin();
    const client = new pg.Client({ connectionString: databaseUrl });
    // Its end is told by the next question.
    client.on('error', () => undefined);
    await Promise.all([admin.connect(), client.connect()]);
    return new LogLag(admin, client, topic);
  }

  async read(): Promise<number> {
    const [ends, { rows }] = await Promise.all([
      this.admin.fetchTopicOffsets(this.topic),
      this.client.query<{ partition: number; next: string | null }>(
        'select partition, next_offset as next from consumer_positions where topic = $1',
        [this.topic],
      ),
    ]);
    const stored = new Map(rows.map(({ partition, next }) => [partition, Number(next ?? 0)]));
    return ends.reduce((sum, { partition, high }) => sum + Number(high) - (stored.get(partition) ?? 0), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.client.end()]);
  }
}
