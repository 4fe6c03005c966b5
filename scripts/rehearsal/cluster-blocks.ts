import { createHash } from 'node:crypto';
import { directive, docPages, type DocBlock } from '../../tests/harness/doc-page.js';

/**
 * Blocks of the documentation that a rehearsal runs on a real cluster, in the order of their pages: those with a comment
 * `<!-- test: on a cluster, PHASE -->` above.
 * @param phase only those of it, as `running`; undefined for all
 */
export function clusterBlocks(phase?: string): DocBlock[] {
  return docPages()
    .flatMap(({ blocks }) => blocks)
    .filter((block) => {
      const named = directive(block, 'on a cluster');
      return named !== undefined && (phase === undefined || named === phase);
    });
}

/** What a report names a block by, so that one that was changed afterwards counts as not run: `sha256:0123456789ab`. */
export function digestOf({ code }: DocBlock): string {
  return `sha256:${createHash('sha256').update(code).digest('hex').slice(0, 12)}`;
}
