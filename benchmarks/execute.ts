import pg from 'pg';

/** One statement on a connection of its own; its rows. */
export async function execute(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await withClient(url, (client) => client.query<Record<string, unknown>>(sql));
  return rows;
}

/** Work on a connection of its own. */
export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
