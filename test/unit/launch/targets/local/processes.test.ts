import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identify, isAlive, killTree, startOf, terminate, thisProcess } from '../../../../../src/launch/targets/local/processes.js';

const sleeper = (code = 'setInterval(() => {}, 1000)'): ReturnType<typeof spawn> =>
  spawn(process.execPath, ['-e', code], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });

test('this process is alive, as itself', async () => {
  const self = await thisProcess();
  expect(self.pid).toBe(process.pid);
  expect(await isAlive(self)).toBe(true);
  expect(await isAlive({ ...self, started: `${self.started}1` })).toBe(false);
});

test('two processes have two start times, and one keeps its own', async () => {
  const child = sleeper();
  const id = await identify(child.pid!);
  expect(id.started).not.toBe((await thisProcess()).started);
  expect(await startOf(child.pid!)).toBe(id.started);
  expect(terminate(child.pid!)).toBe(true);
  await once(child, 'exit');
  expect(await isAlive(id)).toBe(false);
  await expect(identify(child.pid!)).rejects.toThrow(/has ended/);
});

test('a process that has ended but was not reaped yet does not count as alive', async () => {
  // The shell never waits for its child, which therefore stays as a zombie.
  const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 5'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  while ((await startOf(pid)) !== null) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(() => process.kill(pid, 0)).not.toThrow();
  parent.kill();
});

test('killing a tree takes children along, also those in a group of their own', async () => {
  const child = sleeper(`
    const { spawn } = require('node:child_process');
    const options = { stdio: 'ignore' };
    const a = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options);
    const b = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { ...options, detached: true });
    console.log(a.pid, b.pid);
    setInterval(() => {}, 1000);`);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const pids = [child.pid!, ...line.toString().trim().split(' ').map(Number)];
  expect(await Promise.all(pids.map(startOf))).not.toContain(null);
  await killTree(child.pid!);
  for (const pid of pids) while ((await startOf(pid)) !== null) await new Promise((resolve) => setTimeout(resolve, 5));
  await killTree(child.pid!);
});

test('numbers that stand for groups, init or everything are never touched', async () => {
  for (const pid of [1, 0, -1, NaN, 2.5]) {
    await killTree(pid);
    expect(await startOf(pid)).toBeNull();
  }
});
