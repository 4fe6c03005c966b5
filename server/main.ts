#!/usr/bin/env node
import { createProgram } from './cli/program.js';
import { reportFailure } from './cli/report-failure.js';

try {
  await createProgram().parseAsync();
} catch (error) {
  reportFailure(error);
}
