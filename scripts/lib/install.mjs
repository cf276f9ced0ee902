// Installs the project's own dependencies and makes sure that the rest runs on the Node that comes with them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, step } from './console.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
export const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** onnxruntime-node's install script would download CUDA libraries; the CPU ones are inside the package. */
export const skipDownloads = { ONNXRUNTIME_NODE_INSTALL: 'skip', ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip' };

/** `npm ci`, when node_modules is missing or was made from another lock file. */
async function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const marker = join(root, 'node_modules', '.grpo-lab-lock');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock && existsSync(node)) return;
  await step('Installing dependencies (about 800 MB on disk, a minute or two)', () =>
    run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      env: skipDownloads,
      hint: 'npm must reach its registry.',
    }),
  );
  writeFileSync(marker, lock);
}

/**
 * To be called first by every script: installs, and starts the script again on the project's own Node when the one
 * at hand is older than Node-API 10 (better-sqlite3 would end such a process without a word).
 */
export async function ready() {
  process.chdir(root);
  await installDependencies();
  process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
  if (Number(process.versions.napi) >= 10) return;
  const again = spawnSync(node, process.argv.slice(1), { stdio: 'inherit', env: process.env });
  process.exit(again.status ?? 1);
}

/** Runs a command of node_modules/.bin. */
export const tool = (name, args, options) => run(join(bin, process.platform === 'win32' ? `${name}.cmd` : name), args, options);

export const build = (...flags) => step('Building', () => run(node, [join(root, 'scripts', 'build.mjs'), ...flags], { cwd: root }));
