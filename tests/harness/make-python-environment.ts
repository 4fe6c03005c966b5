/** Makes the environments of the interoperation tests and of the checks of manifests ahead of them, and fails where it can't: `tsx tests/harness/make-python-environment.ts`. */
import { VALIDATE_REQUIREMENTS } from './kubernetes-validate.js';
import { pythonEnvironment } from './python-environment.js';

console.log(await pythonEnvironment());
console.log(await pythonEnvironment([VALIDATE_REQUIREMENTS]));
