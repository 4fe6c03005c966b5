import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meterpulse } from '../harness/meterpulse.js';

describe('a command that fails', () => {
  let empty: string;
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'meterpulse-cli-'));
  });
  afterAll(() => rm(empty, { recursive: true, force: true }));

  it('says in one line which variable is wrong and what it should be', async () => {
    const { code, stderr } = await meterpulse(['worker'], { BATCH_MAX_ROWS: 'many' });
    expect(code).toBe(1);
    expect(stderr).toContain("BATCH_MAX_ROWS is 'many', expected a whole number from 1 to 200000");
    expect(stderr).not.toContain(' at ');
  });

  it.each(['worker', 'gateway'])('%s alone without a database names the variable', async (role) => {
    const { code, stderr } = await meterpulse([role], {
      DATA_DIR: empty,
      ADMIN_PORT: '0',
      GATEWAY_PORT: '0',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL is not set');
    expect(stderr).toContain('[DATABASE_REQUIRED]');
  });

  it.each(['all', 'gateway', 'api', 'live'])(
    '%s does not start where others can reach it and nobody is asked who they are',
    async (role) => {
      const { code, stderr } = await meterpulse([role], { DATA_DIR: empty, HOST: '0.0.0.0' });
      expect(code).toBe(1);
      expect(stderr).toContain('[CONFIG_INVALID]');
      expect(stderr).toContain("HOST is '0.0.0.0', which others can reach");
      expect(stderr).toContain('TLS_ENDS_BEFORE_ME=true');
      expect(stderr).not.toContain(' at ');
    },
  );

  it.each(['migrate', 'rebuild'])(
    '%s names the database as the cause when it is not there',
    async (command) => {
      const { code, stderr } = await meterpulse([command], {
        DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none',
      });
      expect(code).toBe(1);
      expect(stderr).toContain('[DATABASE_UNAVAILABLE]');
      expect(stderr).not.toContain('secret');
    },
  );

  it('prints the configuration without passwords', async () => {
    const { code, stdout } = await meterpulse(['config', '--json'], {
      DATABASE_URL: 'postgres://u:secret@db:5432/meterpulse',
      DATABASE_READ_URLS: 'postgres://u:secret@a/meterpulse,postgres://u:secret@b/meterpulse',
      GATEWAY_PORT: '4000',
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain('secret');
    expect(JSON.parse(stdout)).toMatchObject({
      GATEWAY_PORT: 4000,
      DATABASE_URL: 'postgres://u:***@db:5432/meterpulse',
      DATABASE_READ_URLS: ['postgres://u:***@a/meterpulse', 'postgres://u:***@b/meterpulse'],
    });
  });

  it('tells of a secret of a file where it comes from, and not what it is', async () => {
    const file = join(empty, 'url');
    await writeFile(file, 'postgres://u:hunter2@db:5432/meterpulse?password=hunter2\n');
    const { code, stdout } = await meterpulse(['config'], { DATABASE_URL_FILE: file });
    expect(code).toBe(0);
    expect(stdout).not.toContain('hunter2');
    expect(stdout).toContain(
      'DATABASE_URL=postgres://u:***@db:5432/meterpulse?password=*** (from DATABASE_URL_FILE)\n',
    );
    expect(stdout).toContain(`DATABASE_URL_FILE=${file}\n`);
  });

  it('says in one line which file of a secret is at fault, and nothing of what is in it', async () => {
    const file = join(empty, 'lines');
    await writeFile(file, 'hunter2\nhunter3\n');
    const { code, stderr } = await meterpulse(['worker'], { DATABASE_URL_FILE: file });
    expect(code).toBe(1);
    expect(stderr).toContain(`DATABASE_URL_FILE is '${file}'`);
    expect(stderr).toContain('it has more than one line');
    expect(stderr).not.toContain('hunter');
  });
});
