import { askApi } from './ask-api.js';
import { anyChargePoint } from './charge-point-names.js';
import type { Run } from './run.js';

/** Asks the API one question after the other, each `everyMs` or as soon as the last one is answered, until `end`. */
export async function query(
  run: Run,
  paths: readonly string[],
  everyMs: number,
  end: Promise<void>,
): Promise<void> {
  const { apiUrl } = run.settings;
  if (apiUrl === null) throw new Error('this scenario needs an API');
  const ended = { yes: false };
  void end.then(() => (ended.yes = true));
  for (let asked = Math.floor(Math.random() * paths.length); !ended.yes; asked++) {
    const startedAt = performance.now();
    await ask(run, `${apiUrl}${fill(run, paths[asked % paths.length] ?? '/')}`);
    const left = everyMs - (performance.now() - startedAt);
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, Math.max(0, left)))]);
  }
}

async function ask({ recorder, api, credentials }: Run, url: string): Promise<void> {
  const startedAt = performance.now();
  recorder.count('queries.sent');
  try {
    const status = await askApi(url, api, credentials.authorization(null));
    const isAnswer = status === 200;
    recorder.count(isAnswer ? 'queries.answered' : 'queries.failed');
    if (isAnswer) recorder.time('queries.latency', performance.now() - startedAt);
    else recorder.error(`query: status ${status}`);
  } catch (error) {
    recorder.count('queries.failed');
    recorder.error(`query: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `{chargePoint}` is one of the fleet; `{today}` and `{tomorrow}` are days of UTC. */
function fill(run: Run, path: string): string {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const now = Date.now();
  return path
    .replaceAll('{chargePoint}', encodeURIComponent(anyChargePoint(run.settings)))
    .replaceAll('{today}', day(now))
    .replaceAll('{tomorrow}', day(now + 86_400_000));
}
