import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ssh } from '../../../../../src/experiment/targets/ssh.js';
import { programsIn } from '../../../../../src/launch/ownPrograms.js';
import { scriptWith } from '../../../../../src/launch/targets/ssh/scripts.js';
import { connectionTrouble, sshArguments } from '../../../../../src/launch/targets/ssh/sshCommand.js';
import { sshRecord } from '../../../../../src/launch/targets/ssh/sshRecord.js';
import { SshTarget } from '../../../../../src/launch/targets/ssh/sshTarget.js';

const settings = { name: 'ssh', host: 'me@gpu-box', folder: '/home/me/a lab' };

test('a host is a name, and a folder is absolute: neither is an option, a variable or a piece of shell', () => {
  const fits = (more: Record<string, unknown>): boolean => ssh.safeParse({ ...settings, ...more }).success;
  for (const host of ['gpu', 'gpu-1.lab', 'me@gpu', '10.0.0.1', '_x']) expect(fits({ host }), host).toBe(true);
  for (const host of ['-oProxyCommand=id', 'me@-oX', '-l@gpu', 'a b', 'a;b', '$(id)', '', 'a\nb', 'ssh://x', 'a@b@c'])
    expect(fits({ host }), host).toBe(false);
  for (const folder of ['/x', '/home/me/lab-1', '/a b/c.d']) expect(fits({ folder }), folder).toBe(true);
  for (const folder of ['x', '~/x', '/', '/x/', '/a/../b', '/..', '/a//b', "/a'b", '/$HOME', '/a\nb', '-x'])
    expect(fits({ folder }), folder).toBe(false);
  expect(fits({ python: '-c' })).toBe(false);
});

test('ssh never asks, and takes the host for a host', () => {
  const words = sshArguments('box', 'exec sh -s', {});
  expect(words.slice(-3)).toEqual(['--', 'box', 'exec sh -s']);
  expect(words).toContain('BatchMode=yes');
  expect(words).not.toContain('-F');
  expect(sshArguments('box', 'x', { GRPO_LAB_SSH_CONFIG: '/c' }).slice(0, 2)).toEqual(['-F', '/c']);
});

test.skipIf(process.platform === 'win32')('a script gets its arguments as they are, whatever is in them', () => {
  const word = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', '\n', '-', '=', ';', '$(id)', 'é'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const seen = execFileSync('sh', ['-s'], { input: scriptWith(`printf '%s\\0' "$#" "$@"`, words), encoding: 'utf8' });
      expect(seen.split('\0').slice(0, -1)).toEqual([String(words.length), ...words]);
    }),
    { numRuns: 25 },
  );
});

test('paths of this machine go on below the folder there', () => {
  const target = new SshTarget(programsIn('/app/dist'));
  expect(target.place('/home/you/project/.grpo-lab/runs/a-1', settings)).toBe('/home/me/a lab/home/you/project/.grpo-lab/runs/a-1');
  expect(target.place('C:\\you\\a', settings)).toBe('/home/me/a lab/C/you/a');
  const hostile = { ...settings, host: '-oX' };
  expect(() => target.place('/x', hostile)).toThrow();
});

test('a record that names no safe host or folder is not followed: a run directory can come from anybody', () => {
  const record = {
    ...{ v: 1 as const, target: 'ssh', job: 'ab12', heartbeat: '2026-01-01T00:00:00Z', ended: null, host: 'box', directory: '/x/y' },
    ...{ mirror: null, connection: { state: 'none', since: '', why: null }, outcome: null },
  };
  expect(sshRecord('/r', { ...record, directory: "/lab/home/josé/it's (new)/a" })).toMatchObject({ host: 'box' });
  for (const bad of [{ host: '-oProxyCommand=x' }, { directory: '/x/../y' }, { directory: '/x\n/y' }, { directory: 'x' }, { job: '1;id' }])
    expect(() => sshRecord('/r', { ...record, ...bad })).toThrow('cannot be used');
});

test('why a machine is not reached is said with what to do', () => {
  expect(connectionTrouble('box', 'me@box: Permission denied (publickey).\r\n')).toMatch(/^box is not reached by ssh: .*Add a key/);
  expect(connectionTrouble('box', 'x\nHost key verification failed.\n')).toContain('Run "ssh box" once in a terminal');
  expect(connectionTrouble('box', '')).toBe('box is not reached by ssh.');
});
