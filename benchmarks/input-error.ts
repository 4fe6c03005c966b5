/** What was given can't be used: an option, a file. Told without a stack; exit code 2. */
export class InputError extends Error {}
