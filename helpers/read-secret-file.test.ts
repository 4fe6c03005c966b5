import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecretFile } from './read-secret-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterpulse-secret-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const whyNot = (path: string): string => {
  const file = readSecretFile(path);
  return file.ok ? `read: ${file.text}` : file.why;
};

describe('readSecretFile', () => {
  it.each([
    ['as it stands', 'pa ss\tw=rd ', 'pa ss\tw=rd '],
    ['without the newline at its end', 'secret\n', 'secret'],
    ['without a newline of Windows', 'secret\r\n', 'secret'],
    ['without a byte order mark', '\u{feff}secret', 'secret'],
    ['beyond ASCII', 'gehéim', 'gehéim'],
    ['of 64 KiB', 'x'.repeat(65_536), 'x'.repeat(65_536)],
  ])('takes a secret %s', (_, content, text) => {
    expect(readSecretFile(written('taken', content))).toEqual({ ok: true, text });
  });

  it('follows symbolic links, as Kubernetes mounts secrets', () => {
    mkdirSync(join(folder, '..data'));
    written('..data/password', 'secret');
    symlinkSync(join('..data', 'password'), join(folder, 'password'));
    expect(readSecretFile(join(folder, 'password'))).toEqual({ ok: true, text: 'secret' });
  });

  it.each([
    ['an empty one', '', 'it is empty'],
    ['a newline alone', '\n', 'it is empty'],
    ['several lines', 'hunter2\nhunter3\n', 'it has more than one line'],
    ['two newlines at the end', 'hunter2\n\n', 'it has more than one line'],
    ['too much', 'x'.repeat(65_537), 'it has more than 65536 bytes'],
    ['what is no text', Buffer.from([0x68, 0xff, 0xfe]), 'it is no UTF-8 text'],
    ['a NUL', 'hunter2\0', 'it is no text'],
  ])('refuses %s, and repeats nothing of it', (_, content, why) => {
    expect(whyNot(written('refused', content))).toBe(why);
  });

  it('refuses what is not there, or is no file', () => {
    expect(whyNot(join(folder, 'missing'))).toBe('there is no such file');
    expect(whyNot(join(written('file', 'x'), 'below'))).toBe('there is no such file');
    expect(whyNot(folder)).toBe('it is a directory');
    expect(whyNot('/dev/zero')).toBe('it is no regular file');
    expect(whyNot(join(folder, 'x'.repeat(300)))).toBe('the path is too long');
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    expect(whyNot(join(folder, 'loop'))).toBe('its symbolic links go round in circles');
  });

  it('does not wait for a pipe that nobody writes to', () => {
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    expect(whyNot(join(folder, 'pipe'))).toBe('it is no regular file');
  });
});
