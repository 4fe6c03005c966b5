import pg from 'pg';
import type { Random } from '../../../helpers/seeded-random.js';
import { until } from '../until.js';
import { SITES } from './filters.js';

/** Charge points that come, move, change and go, one act after the other, without a reading of their own. */
export class RegistryTraffic {
  acts = 0;
  #last: Promise<void> = Promise.resolve();
  #client: pg.Client | null = null;

  constructor(
    private readonly databaseUrl: string,
    private readonly chargePointIds: readonly string[],
    private readonly random: Random,
  ) {}

  /** Queues an act. */
  act(): void {
    this.acts += 1;
    this.#last = this.#last.then(() => this.#attempt());
    // Heard by `done`.
    this.#last.catch(() => undefined);
  }

  /** Resolves when every act is done. */
  async done(): Promise<void> {
    await this.#last;
  }

  async end(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#client?.end();
  }

  /** What the database was killed under may be done or not: it says so itself afterwards. */
  async #attempt(): Promise<void> {
    const client = this.#client ?? (await until('the database takes connections', () => this.#connect()));
    this.#client = client;
    try {
      await this.#act(client);
    } catch (error) {
      if (this.#client === client) throw error;
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    client.on('error', () => (this.#client = null));
    await client.connect();
    return client;
  }

  async #act(client: pg.Client): Promise<void> {
    const id = this.#one(this.chargePointIds);
    const site = this.#one(SITES);
    const draw = this.random();
    if (draw < 0.3) await upsert(client, id, site);
    else if (draw < 0.6) await set(client, id, 'site', site);
    else if (draw < 0.75) await set(client, id, 'label', `label ${this.acts}`);
    else if (draw < 0.9) await set(client, id, 'status', 'retired');
    else await this.#atOnce(client, id, site);
  }

  /** Several changes of one transaction, one charge point changed twice in it; some are undone. */
  async #atOnce(client: pg.Client, id: string, site: string): Promise<void> {
    await client.query('begin');
    await upsert(client, id, site);
    await set(client, id, 'label', `label ${this.acts}`);
    await set(client, this.#one(this.chargePointIds), 'status', 'held');
    await client.query(this.random() < 0.3 ? 'rollback' : 'commit');
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.random() * of.length)] as T;
  }
}

async function upsert(client: pg.Client, id: string, site: string): Promise<void> {
  await client.query(
    `insert into charge_points (id, site) values ($1, $2)
     on conflict (id) do update set site = excluded.site, status = 'active'`,
    [id, site],
  );
}

async function set(client: pg.Client, id: string, column: 'site' | 'label' | 'status', value: string) {
  await client.query(`update charge_points set ${column} = $2 where id = $1`, [id, value]);
}
