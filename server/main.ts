#!/usr/bin/env node
import { createProgram } from './cli/program.js';
import { reportFailure } from './cli/report-failure.js';

// However the program was started, a trace names our sources and not what was compiled of them.
process.setSourceMapsEnabled(true);
try {
  await createProgram().parseAsync();
} catch (error) {
  reportFailure(error);
}
