/** Folders whose files are part of the program. */
export const PROGRAM = [
  'config',
  'protocol',
  'helpers',
  'tables',
  'server',
  'store',
  'routes',
  'controllers',
  'client',
] as const;

/** How dev mode runs one command of the program. */
export interface DevCommand {
  /** Words before those that are given on the command line. */
  readonly args: readonly string[];
  /** Has a database and a log of its own, which outlive the restarts; others attach to them. */
  readonly holdsServices: boolean;
  /** A change below these starts it anew. */
  readonly folders: readonly string[];
  /** Dev mode ends with it; others wait for the next change. */
  readonly endsWithProgram: boolean;
}

const SERVER = PROGRAM.filter((folder) => folder !== 'client');
const CLIENT = ['client', 'protocol', 'helpers', 'tables', 'server/cli'];

const role = (name: string): DevCommand => ({
  args: [name],
  holdsServices: false,
  folders: SERVER,
  endsWithProgram: false,
});

export const DEV_COMMANDS: Readonly<Record<string, DevCommand>> = {
  all: { ...role('all'), args: ['all', '--attached'], holdsServices: true },
  gateway: role('gateway'),
  worker: role('worker'),
  api: role('api'),
  live: role('live'),
  replay: { ...role('replay'), folders: CLIENT },
  // Somebody types into it: when they leave, they leave.
  client: { ...role('client'), folders: CLIENT, endsWithProgram: true },
};
