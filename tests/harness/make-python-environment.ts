/** Makes the environment of the interoperation tests ahead of them, and fails where it can't: `tsx tests/harness/make-python-environment.ts`. */
import { pythonEnvironment } from './python-environment.js';

console.log(await pythonEnvironment());
