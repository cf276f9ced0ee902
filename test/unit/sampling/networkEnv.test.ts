import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { networkEnv, networkVariables, unusedProxy } from '../../../src/sampling/networkEnv.js';

const plain = { proxy: '', noProxy: [], proxied: true };
const loopback = 'localhost,127.0.0.1,::1,[::1]';

test('a proxy of the settings goes before one of the environment; exceptions of both hold', () => {
  const env = networkEnv(
    { https_proxy: 'http://old:1', no_proxy: 'intern', PATH: '/bin' },
    { ...plain, proxy: 'http://new:2', noProxy: ['gpu'] },
  );
  expect(env).toMatchObject({ https_proxy: 'http://new:2', HTTPS_PROXY: 'http://new:2', HTTP_PROXY: 'http://new:2', PATH: '/bin' });
  expect(env).toMatchObject({ NODE_USE_ENV_PROXY: '1', no_proxy: `intern,gpu,${loopback}`, NO_PROXY: `intern,gpu,${loopback}` });
  expect(networkEnv({ HTTP_PROXY: 'old:1' }, plain).HTTP_PROXY).toBe('http://old:1');
});

test('without one in the settings that of the environment is used, or none at all', () => {
  expect(networkEnv({ HTTP_PROXY: 'http://old:1' }, plain)).toMatchObject({ HTTP_PROXY: 'http://old:1', NODE_USE_ENV_PROXY: '1' });
  expect(networkEnv({}, { ...plain, proxy: 'http://new:2', proxied: false })).toEqual({ NODE_USE_SYSTEM_CA: '1' });
});

test('a program that has this environment already is told what differs, and that a proxy that Node cannot use is none', () => {
  const env = { HTTP_PROXY: 'socks5://old:1', https_proxy: 'http://new:2', PATH: '/bin' };
  const told = networkVariables(env, plain);
  expect(Object.keys(told).sort()).toEqual(['HTTP_PROXY', 'NODE_USE_ENV_PROXY', 'NODE_USE_SYSTEM_CA', 'NO_PROXY', 'no_proxy']);
  expect(told.HTTP_PROXY).toBe('');
  expect(networkVariables({ ...env, NODE_USE_SYSTEM_CA: '1' }, { ...plain, proxied: false })).toEqual({});
});

test('a proxy that is set and cannot be used is said, without its password', () => {
  const socks = { ...plain, proxy: 'socks5://me:secret@10.0.0.1:1080' };
  expect(unusedProxy({}, socks)).toMatch(/^The proxy socks5:\/\/10\.0\.0\.1:1080 is not used: .* http:\/\/ or https:\/\//);
  expect(unusedProxy({ HTTPS_PROXY: 'socks5h://10.0.0.1:1080' }, plain)).toContain('socks5h://10.0.0.1:1080');
  expect(unusedProxy({ http_proxy: 'no proxy' }, plain)).toContain('no proxy');
  // One that is used, none at all, and one that the settings pass over.
  for (const proxy of ['http://10.0.0.1:8080', 'gpu-proxy:8080', '']) expect(unusedProxy({}, { ...plain, proxy })).toBeNull();
  expect(unusedProxy({ HTTP_PROXY: 'socks5://10.0.0.1:1080' }, { ...plain, proxy: 'http://new:2' })).toBeNull();
  expect(unusedProxy({}, { ...socks, proxied: false })).toBeNull();
});

test.each(['gpu-proxy:8080', '10.0.0.1:8080', 'socks5://10.0.0.1:1080', 'http://', 'no proxy'])(
  'a process starts whatever the proxy is: %s',
  (proxy) => {
    for (const env of [
      networkEnv(process.env, { ...plain, proxy }),
      networkEnv({ ...process.env, HTTP_PROXY: proxy, https_proxy: proxy }, plain),
      { ...process.env, HTTP_PROXY: proxy, ...networkVariables({ ...process.env, HTTP_PROXY: proxy }, plain) },
    ])
      expect(execFileSync(process.execPath, ['-p', '"started"'], { env, encoding: 'utf8', stdio: 'pipe' })).toBe('started\n');
  },
);
