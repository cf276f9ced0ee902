import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NotAFile, openRegular, readText } from '../../../src/core/files/regularFile.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

test('a file is read, and a link to one', () => {
  writeFileSync(at('file'), 'text');
  symlinkSync('file', at('link'));
  expect([readText(at('file')), readText(at('link'))]).toEqual(['text', 'text']);
});

test('what is missing says so as ever', () => {
  expect(() => readText(at('none'))).toThrow(/ENOENT/);
});

test('a folder is no file', () => {
  mkdirSync(at('folder'));
  expect(() => openRegular(at('folder'))).toThrow(NotAFile);
});

test.skipIf(process.platform === 'win32')('pipes, sockets and devices are none, and nobody waits for them', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const server = createServer().listen(at('socket'));
  await new Promise((ready) => server.once('listening', ready));
  symlinkSync('/dev/zero', at('zero'));
  const kinds = ['pipe', 'socket', 'zero'].map((name) => {
    try {
      return String(openRegular(at(name)));
    } catch (error) {
      return error instanceof NotAFile ? error.kind : String(error);
    }
  });
  server.close();
  expect(kinds).toEqual(['a named pipe', 'a socket', 'a device']);
});
