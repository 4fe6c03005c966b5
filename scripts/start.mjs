// `npm start` and its kin: builds what is missing, then becomes the program, in this very process, so that a signal to
// it reaches the program.
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import './ensure-build.mjs';

// The program forks itself by this path.
process.argv[1] = resolve('dist/server/main.js');
await import(pathToFileURL(process.argv[1]).href);
