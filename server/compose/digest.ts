import { checkSchema } from '../../store/check-schema.js';
import {
  digestContent,
  totalDigest,
  type ContentDigest,
  type DigestRange,
} from '../../store/digest-content.js';
import { createPool } from '../../store/pool.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

export interface DigestReport {
  /** One for all that follows. */
  readonly total: string;
  readonly digests: readonly ContentDigest[];
}

/** The `digest` command. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export async function runDigest(range: DigestRange): Promise<DigestReport> {
  const { config } = createRoleContext('digest');
  const { databaseUrl } = await locateServices(config);
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'meterpulse-digest' });
  try {
    await checkSchema(pool);
    const digests = await digestContent(pool, range);
    return { total: totalDigest(digests), digests };
  } finally {
    await pool.end();
  }
}
