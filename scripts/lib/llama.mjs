// A Python with llama.cpp's server and what writes its model files, for the test that asks a real server: in the user's cache folder.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, step } from './console.mjs';
import { cache } from './vscode.mjs';

const packages = ['xllamacpp==2026.10.11549', 'gguf==0.19.0'];

/** @returns { python: the executable }, or { missing: why none can be had }: the test is then skipped, and says so */
export async function llamaPython() {
  const folder = join(cache, 'llama-2026.10.11549');
  const inside = (at) => join(at, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(inside(folder))) return { python: inside(folder) };
  // A folder of this name is whole: an interrupted installation leaves another.
  const beside = `${folder}.${process.pid}`;
  try {
    await step("Installing llama.cpp's server for the test that asks one (60 MB, once per machine)", async () => {
      await run('python3', ['-m', 'venv', beside]);
      await run(inside(beside), ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', ...packages]);
    });
    // Two test files may install it at the same time: the first one's is used by both.
    if (!existsSync(folder)) renameSync(beside, folder);
    return { python: inside(folder) };
  } catch (error) {
    return { missing: `llama.cpp's server cannot be installed: ${error.message.trim().split('\n').at(-1)}` };
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
