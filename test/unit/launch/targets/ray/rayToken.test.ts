import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rayToken } from '../../../../../src/launch/targets/ray/rayToken.js';

test('the token goes to this machine, and to the cluster that the environment names, and to nobody else', () => {
  const env = { RAY_AUTH_TOKEN: 'mine' };
  for (const here of ['http://127.0.0.1:8265', 'http://localhost:8265', 'http://[::1]:8265']) expect(rayToken(here, env)).toBe('mine');
  for (const elsewhere of ['http://head:8265', 'http://127.0.0.1.evil.example:80', 'https://localhost.example'])
    expect(rayToken(elsewhere, env)).toBeUndefined();
  expect(rayToken('http://head:8265', { ...env, RAY_API_SERVER_ADDRESS: 'http://head:8265/' })).toBe('mine');
  expect(rayToken('http://head:8266', { ...env, RAY_API_SERVER_ADDRESS: 'http://head:8265' })).toBeUndefined();
  expect(rayToken('http://localhost:1', { ...env, RAY_AUTH_MODE: 'disabled' })).toBeUndefined();
});

test('it is read from the file that the environment names; without one there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-token-'));
  const file = join(folder, 'token');
  expect(rayToken('http://localhost:1', { RAY_AUTH_TOKEN_PATH: file })).toBeUndefined();
  writeFileSync(file, 'of the file\n');
  expect(rayToken('http://localhost:1', { RAY_AUTH_TOKEN_PATH: file })).toBe('of the file');
  rmSync(folder, { recursive: true });
});
