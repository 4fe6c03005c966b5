import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';

/** A bug that the program can't foresee: creating a server throws, in the primary or in the gateway's processes. */
const bugIn = (where: 'primary' | 'process'): string => {
  const code = `
    import cluster from 'node:cluster';
    import http from 'node:http';
    import { syncBuiltinESMExports } from 'node:module';
    if (cluster.isPrimary === ${where === 'primary'}) {
      http.createServer = () => { throw new TypeError('on purpose'); };
      syncBuiltinESMExports();
    }`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
};

describe('a stack trace of the built program', () => {
  beforeAll(() => {
    execFileSync(process.execPath, ['scripts/ensure-build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] });
  });

  it.each([
    ['primary', 'server/observability/admin-server.ts'],
    ['process', 'server/sockets/create-upgrade-server.ts'],
  ] as const)('names the line of our source, in the %s of a gateway', (where, file) => {
    const { status, stderr } = spawnSync(process.execPath, ['dist/server/main.js', 'gateway'], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS: bugIn(where),
        KAFKA_BROKERS: '127.0.0.1:1',
        GATEWAY_PORT: '0',
        GATEWAY_PROCESSES: '1',
        ADMIN_PORT: '0',
        LOG_LEVEL: 'fatal',
      },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('unexpected: TypeError: on purpose');
    const [, line] = new RegExp(`/${file.replaceAll('.', '\\.')}:(\\d+):\\d+`).exec(stderr) ?? [];
    expect(readFileSync(file, 'utf8').split('\n')[Number(line) - 1]).toContain('createWebServer(');
    expect(stderr).not.toMatch(/dist\/server\/(observability|sockets|tls|gateway|compose)/);
  });
});
