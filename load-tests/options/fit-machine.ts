import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { kafkaUnavailable } from '../../tests/harness/kafka-jars.js';
import { REPOSITORY } from '../repository.js';

/** Measured: a socket costs both ends and the kernel about this much, all in. */
const BYTES_PER_SOCKET = 60_000;
/** Kafka, PostgreSQL, the roles and Artillery's processes, before the first socket. */
const BASE_BYTES = 2.5e9;
/** Beside its sockets a process has files of its own. */
const OWN_FILES = 500;
const MOST_OF_A_PROCESS = 15_000;
/** Each core serves this many while it makes the load as well, with readings once a minute and everything beside it. */
const SOCKETS_PER_CORE = 1_000;

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  /** null: not known, or none. */
  readonly openFiles: number | null;
}

export function thisMachine(): Machine {
  return { cores: availableParallelism(), memoryBytes: availableMemory(), openFiles: openFileLimit() };
}

/** Charge points that fit, and the sentence that says so. */
export function fittingSockets(machine: Machine): { readonly sockets: number; readonly why: string } {
  const bounds = [
    {
      sockets: machine.cores * SOCKETS_PER_CORE,
      why: `${SOCKETS_PER_CORE} for each of ${machine.cores} cores`,
    },
    { sockets: socketsOfMemory(machine), why: `${gigabytes(machine.memoryBytes)} of memory are free` },
    {
      sockets: socketsOfFiles(machine),
      why: `a process may open ${machine.openFiles ?? 'any number of'} files`,
    },
  ];
  const [least] = bounds.sort((a, b) => a.sockets - b.sockets);
  const sockets = Math.max(1, least?.sockets ?? 1);
  return { sockets, why: `${sockets} sockets fit this machine: ${least?.why ?? ''}` };
}

/** What stands in the way of so many sockets, with the remedy; null: nothing. */
export function whatIsMissing(machine: Machine, sockets: number, startsServices: boolean): string | null {
  const needed = Math.min(sockets, MOST_OF_A_PROCESS) + OWN_FILES;
  if (machine.openFiles !== null && machine.openFiles < needed)
    return `a process may open ${machine.openFiles} files and ${needed} are needed: ulimit -n ${needed}, or fewer --sockets`;
  if (socketsOfMemory(machine) < sockets)
    return `${sockets} sockets take about ${gigabytes(BASE_BYTES + sockets * BYTES_PER_SOCKET)} and ${gigabytes(machine.memoryBytes)} are free: fewer --sockets, or end what else runs`;
  if (process.platform !== 'linux' && sockets > MOST_OF_A_PROCESS)
    return `more than ${MOST_OF_A_PROCESS} sockets need several addresses of this machine, 127.0.0.2 and on, as Linux has: fewer --sockets`;
  if (!existsSync(join(REPOSITORY, 'load-tests/node_modules/artillery')))
    return 'Artillery is not installed: npm ci --ignore-scripts --prefix load-tests';
  if (startsServices) {
    const kafka = kafkaUnavailable();
    if (kafka !== undefined) return `${kafka}; or name a gateway that runs by --url`;
  }
  return null;
}

function socketsOfMemory({ memoryBytes }: Machine): number {
  return Math.max(0, Math.floor((memoryBytes - BASE_BYTES) / BYTES_PER_SOCKET));
}

function socketsOfFiles({ openFiles }: Machine): number {
  return openFiles === null || openFiles > MOST_OF_A_PROCESS + OWN_FILES ? Infinity : openFiles - OWN_FILES;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Linux tells what could be had, caches that it would give up included. */
function availableMemory(): number {
  try {
    const [, kilobytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    return kilobytes === undefined ? freemem() : Number(kilobytes) * 1_024;
  } catch {
    return freemem();
  }
}

/** Node raises its own limit to the hard one when it starts. */
function openFileLimit(): number | null {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  const limit = Number(stdout.trim());
  return Number.isInteger(limit) && limit > 0 ? limit : null;
}
