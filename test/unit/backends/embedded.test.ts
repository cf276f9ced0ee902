import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backends } from '../../../src/backends/backends.js';
import { findNode } from '../../../src/backends/findNode.js';
import { isRecentNode } from '../../../src/core/oldestNode.js';
import type { Place } from '../../../src/launch/backend.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { sftFile } from '../experiment/files.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'grpo-lab-node-'))));
afterEach(() => rm(folder, { recursive: true }));

async function program(name: string, lines: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}

const here = (directory: string): Place => ({ directory, of: (path) => path });

test('the embedded trainer is the engine bundle under a recent Node, with its threads', async () => {
  const experiment = parseExperiment(sftFile).experiment!;
  const command = await backends({ distFolder: '/app/dist' }).trainer(experiment, here('/runs/a b'), '/x');
  expect(command).toMatchObject({
    argv: [process.execPath, join('/app/dist', 'engine.cjs'), '--run', '/runs/a b'],
    resume: ['--resume'],
    resources: { threads: Math.min(availableParallelism(), 4) },
    files: ['/app/dist'],
  });
  expect(command.versions.node).toBe(process.versions.node);
  const launch = { ...experiment.launch, env: { OMP: '1' }, threads: 2 };
  const two = await backends({ distFolder: '/app/dist' }).trainer({ ...experiment, launch }, here('/r'), '/x');
  expect(two).toMatchObject({ resources: { threads: 2 }, env: { OMP: '1' } });
});

test('a Node that the user names is taken when it is recent, and refused with a reason when it is not', async () => {
  expect(await findNode(process.execPath)).toEqual({ executable: process.execPath, version: process.versions.node });
  await expect(findNode(await program('old', 'echo 20.11.1; echo /usr/bin/node'))).rejects.toThrow(
    /is Node 20\.11\.1; the trainer needs 22\.15 or newer/,
  );
  await expect(findNode(await program('other', 'echo hello'))).rejects.toThrow(/does not run as Node/);
  await expect(findNode(join(folder, 'missing'))).rejects.toThrow(/does not run as Node/);
});

test.each([
  ['22.15.0', true],
  ['22.14.0', false],
  ['23.0.0', true],
  ['20.19.0', false],
])('Node %s is recent: %s', (version, recent) => expect(isRecentNode(version)).toBe(recent));
