// Installs the project's own dependencies and makes sure that the rest runs on the Node that comes with them.
import { spawnSync } from 'node:child_process';
import zlib from 'node:zlib';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, step, Trouble } from './console.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * Processes are started by the thousand: what Node or Python has compiled once it need not compile again. Trainers' packages are installed
 * uncompiled, and where somebody bars Python from keeping what it compiles, each start of TRL takes ten seconds more.
 */
export const compiledOnce = {
  NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
  PYTHONPYCACHEPREFIX: join(root, '.cache', 'compiled-python'),
  PYTHONDONTWRITEBYTECODE: '',
};

/** What package.json asks for: better-sqlite3 ends an older process without a word, and compressed segments need Zstandard (22.15). */
const newEnough = Number(process.versions.napi) >= 10 && typeof zlib.zstdCompressSync === 'function';
const packaged = join(root, 'node_modules', `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`, 'bin');
const packagedNode = join(packaged, process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * The Node that everything runs on: the npm package for this platform, of the version in package.json. Where npm has none
 * (macOS: not every version), the one at hand if it is new enough.
 */
const chosenNode = () => (newEnough && !existsSync(packagedNode) ? process.execPath : packagedNode);
export let node = chosenNode();

/** `npm ci`, when node_modules is missing or was made from another lock file. */
async function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const marker = join(root, 'node_modules', '.grpo-lab-lock');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  await step('Installing dependencies (about 800 MB on disk, a minute or two)', () =>
    run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      hint: 'npm must reach its registry.',
    }),
  );
  writeFileSync(marker, lock);
}

/** To be called first by every script: installs, and starts the script again on the project's own Node when the one at hand is too old. */
export async function ready() {
  process.chdir(root);
  await installDependencies();
  node = chosenNode();
  if (!newEnough && !existsSync(packagedNode))
    throw new Trouble(
      `Node ${process.versions.node} is too old, and npm has none for ${process.platform}-${process.arch}: install Node 22.15 or newer.`,
    );
  process.env.PATH = [dirname(node), bin, process.env.PATH].join(delimiter);
  if (newEnough) return;
  const again = spawnSync(node, process.argv.slice(1), { stdio: 'inherit', env: process.env });
  process.exit(again.status ?? 1);
}

/** Runs a command of node_modules/.bin. */
export const tool = (name, args, options) => run(join(bin, process.platform === 'win32' ? `${name}.cmd` : name), args, options);

export const build = (...flags) => step('Building', () => run(node, [join(root, 'scripts', 'build.mjs'), ...flags], { cwd: root }));
