import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest, in that order, so that nothing long is left over when everything else has ended. A fresh clone has no
 * times of an earlier run to go by, and goes by the size of files otherwise. A file that isn't here may take its half minute.
 */
const LONGEST = [
  'tests/flow/docs-run.test.ts',
  'tests/integrity/stored-exactly-once.test.ts',
  'tests/integrity/acknowledged-means-durable.test.ts',
  'tests/integrity/order-and-lateness-do-not-matter.test.ts',
  'tests/integrity/storms.test.ts',
  'tests/integration/kafka-message-log.test.ts',
  'tests/integrity/load-tests.test.ts',
  'tests/integration/simulate.test.ts',
  'tests/integrity/live-feed-misses-nothing.test.ts',
  'tests/integrity/api-footprint.test.ts',
  'tests/integration/inbox-message-log.test.ts',
  'tests/integrity/restored-from-a-backup.test.ts',
  'tests/integrity/versions-run-side-by-side.test.ts',
  'tests/flow/dev-mode.test.ts',
  'tests/integrity/dirty-workbook.test.ts',
  'tests/integration/kafka-replication.test.ts',
  'tests/integration/gateway-renewal.test.ts',
  'tests/integration/kafka-security.test.ts',
  'tests/integrity/commands-find-their-charger.test.ts',
  'tests/browser/pages.test.ts',
];

/** Sorts the files of each group by how long they are expected to take; those nothing is known of as Vitest would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.indexOf(relative(root, moduleId));
      return place === -1 ? LONGEST.length : place;
    };
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    // A sort leaves equals as they are.
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
