import {
  digestContent,
  totalDigest,
  type ContentDigest,
  type DigestRange,
} from '../../store/digest-content.js';
import { withCommandPool } from './with-command-pool.js';

export interface DigestReport {
  /** One for all that follows. */
  readonly total: string;
  readonly digests: readonly ContentDigest[];
}

/** The `digest` command. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export function runDigest(range: DigestRange): Promise<DigestReport> {
  return withCommandPool('digest', async (pool) => {
    const digests = await digestContent(pool, range);
    return { total: totalDigest(digests), digests };
  });
}
