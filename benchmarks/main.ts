import { endOnInterrupt } from './end-on-interrupt.js';
import { describeMachine } from './machine.js';
import { printComparison } from './print-comparison.js';
import { InputError } from './input-error.js';
import { parseCommand, suiteNames, USAGE, type BenchCommand } from './options.js';
import { importReport } from './import-report.js';
import { readHistory } from './history.js';
import { listSuites } from './list-suites.js';
import { useOwnDirectory } from './own-directory.js';
import { runSuites } from './run-suites.js';
import { writeSummary } from './write-docs.js';

async function perform(command: BenchCommand): Promise<void> {
  switch (command.kind) {
    case 'help': {
      console.log(USAGE);
      return;
    }
    case 'list': {
      console.log(listSuites(readHistory()));
      return;
    }
    case 'summary': {
      writeSummary(readHistory(), suiteNames());
      return;
    }
    case 'import': {
      importReport(command.file);
      return;
    }
    case 'compare': {
      if (printComparison(command.options)) process.exitCode = 1;
      return;
    }
    case 'run': {
      const removeDirectory = useOwnDirectory();
      const unlessInterrupted = endOnInterrupt(removeDirectory);
      try {
        await runSuites(command.options, describeMachine());
      } finally {
        await unlessInterrupted();
        removeDirectory();
      }
      return;
    }
  }
}

try {
  await perform(parseCommand(process.argv.slice(2)));
} catch (error) {
  const usage = error instanceof InputError;
  const text = error instanceof Error ? ((usage ? undefined : error.stack) ?? error.message) : String(error);
  console.error(`bench: ${text}`);
  process.exitCode = usage ? 2 : 1;
}
// Whatever a failed suite left open must not keep the run alive.
process.exit();
