import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** Beside this module, in the sources as in what is built of them. */
const MIGRATIONS = new URL('./migrations/', import.meta.url);

/** Those before it say nothing: no older code runs beside them. */
const FIRST_TO_DECLARE = 11;

const DECLARATION = /^-- compatible-from: (\d{4})\n/;

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
  /**
   * Code whose newest migration is this one, or a later one, works on the schema that this migration makes. The first line of
   * the file says so: `-- compatible-from: 0010`.
   */
  readonly compatibleFrom: number;
}

/** In their order. Throws where a file doesn't say what it can be used beside. */
export async function knownMigrations(directory: URL = MIGRATIONS): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, directory), 'utf8');
      // A checkout with other line ends is the same migration.
      const sql = text.replaceAll('\r\n', '\n');
      const version = Number(file.slice(0, 4));
      return {
        version,
        name: file.slice(0, -'.sql'.length),
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
        compatibleFrom: compatibleFrom(file, version, sql),
      };
    }),
  );
}

function compatibleFrom(file: string, version: number, sql: string): number {
  if (version < FIRST_TO_DECLARE) return version;
  const [, declared] = DECLARATION.exec(sql) ?? [];
  if (declared === undefined) {
    throw new Error(`migration ${file} has to begin with a line like "-- compatible-from: 0010"`);
  }
  if (Number(declared) > version) {
    throw new Error(`migration ${file} says that it is for code from ${declared} on: it can't know itself`);
  }
  return Number(declared);
}
