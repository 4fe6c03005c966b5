import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pythonEnvironment } from '../../harness/python-environment.js';
import { until } from '../until.js';
import type { StartForeignChargePoint } from './foreign-charge-point.js';

const SCRIPT = join(import.meta.dirname, 'charge_point.py');

/** A line of its standard output. */
interface Said {
  readonly state: string;
  readonly transactionId?: string;
}

/** By `ocpp` of Python, which holds what it sends and what it is sent against its own copy of the schemas. */
export const startPythonChargePoint: StartForeignChargePoint = async (version, url, identity, beganAt) => {
  const python = await pythonEnvironment();
  const child = spawn(python, [SCRIPT, version, `${url}/ocpp`, identity, String(beganAt)], { stdio: 'pipe' });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  // It may have ended when it is told to end.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  let code: number | null | undefined;
  void ended.then((ends) => (code = ends));
  const said = async (state: string): Promise<Said> =>
    until(`the charge point says that it is ${state}`, () => {
      const lines = output.split('\n').filter((line) => line !== '');
      const line = lines.map((text) => JSON.parse(text) as Said).find((each) => each.state === state);
      if (line === undefined && code !== undefined)
        throw new Error(`it ended by code ${String(code)}: ${errors}`);
      return line;
    });
  const dispose = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    const { transactionId = '' } = await said('charging');
    return {
      transactionId,
      async finish() {
        child.stdin.write('\n');
        await said('ended');
        if ((await ended) !== 0) throw new Error(errors);
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
};
