// A real VS Code without a download from outside the package registries: code-server, installed apart from the product
// in the user's cache folder (shared by all clones), and Debian's Chromium to drive it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Trouble, run, step } from './console.mjs';
import { node, npm, root } from './install.mjs';

/** What all clones share: large tools of the tests. */
export const cache = join(
  process.env.XDG_CACHE_HOME ?? (process.platform === 'win32' ? process.env.LOCALAPPDATA : null) ?? join(homedir(), '.cache'),
  'grpo-lab',
);
const manifest = join(root, 'test', 'e2e', 'code-server');
const pinned = JSON.parse(readFileSync(join(manifest, 'package.json'), 'utf8')).dependencies['code-server'];

const onPath = (command) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((d) => join(d, process.platform === 'win32' ? `${command}.cmd` : command))
    .find((f) => existsSync(f));

/** The `code` command of a desktop VS Code, or undefined. */
export const desktopCode = () => onPath('code');

/**
 * Installs Debian packages that are missing, when that is possible here (root and apt-get).
 * @throws Trouble saying what to install, otherwise
 */
async function debian(packages, why) {
  const missing = packages.filter((p) => {
    const status = spawnSync('dpkg-query', ['-W', '-f', '${Status}', p], { encoding: 'utf8' });
    return !(status.stdout ?? '').includes('ok installed');
  });
  if (missing.length === 0) return;
  const hint = `${why} Install: ${missing.join(' ')} (Debian and Ubuntu: sudo apt-get install ${missing.join(' ')})`;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw new Trouble(hint);
  await step(`Installing Debian packages: ${missing.join(' ')}`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env, hint });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env, hint });
  });
}

/** @returns the path of a Chromium or Chrome, where there is one: best without a window of its own, which takes a third less of the processor */
export function findChromium() {
  const named = process.env.GRPO_LAB_CHROMIUM;
  if (named && !existsSync(named)) throw new Trouble(`GRPO_LAB_CHROMIUM names ${named}, which does not exist.`);
  return (
    named || ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath).find(Boolean)
  );
}

/** @returns the path of a Chromium or Chrome, installed if need be */
export async function chromium() {
  const why = 'The tests drive a Chromium; set GRPO_LAB_CHROMIUM to one, or install it.';
  // Not every Debian, and no Ubuntu, has the first by itself.
  if (!findChromium()) await debian(['chromium-headless-shell'], why).catch(() => debian(['chromium'], why));
  const found = findChromium();
  if (!found) throw new Trouble('Chromium was installed but is not on PATH; set GRPO_LAB_CHROMIUM to it.');
  return found;
}

/** The folder with the headers of the Node that will run it, for building native modules; where there is none, node-gyp fetches them. */
function headers() {
  const folder = join(dirname(node), '..');
  return existsSync(join(folder, 'include', 'node', 'node_version.h')) ? { npm_config_nodedir: folder } : {};
}

/**
 * Installs code-server once per machine and version.
 * @returns its entry script, to be run by Node
 */
export async function codeServer() {
  const lock = createHash('sha256')
    .update(readFileSync(join(manifest, 'package-lock.json')))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, `code-server-${pinned}-${lock}`);
  const entry = join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
  if (existsSync(join(folder, 'complete'))) return entry;
  if (process.platform === 'win32') throw new Trouble('code-server does not run on Windows: install VS Code and its `code` command.');
  if (process.platform === 'linux') await debian(['g++', 'make', 'python3', 'libkrb5-dev'], 'code-server builds native modules.');
  await step(`Installing code-server ${pinned} (620 MB, about three minutes, once per machine)`, async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(manifest, folder, { recursive: true });
    // Inside `npm test` the outer npm has left word of its own, perhaps older, Node: code-server's installer would believe it.
    // It has also left word of this project's settings; code-server is made by its install script.
    const inherited = {
      npm_config_user_agent: undefined,
      npm_node_execpath: undefined,
      NODE: undefined,
      npm_config_ignore_scripts: 'false',
    };
    const env = { ...inherited, ...headers(), PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
    await run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, env });
    writeFileSync(join(folder, 'complete.tmp'), pinned);
    renameSync(join(folder, 'complete.tmp'), join(folder, 'complete'));
  });
  return entry;
}

const quiet = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/** A free TCP port of this machine. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Installs a packed extension into a folder of extensions, which several VS Codes may use. */
export async function installExtension({ entry, extensions, vsix }) {
  const folders = [
    '--extensions-dir',
    extensions,
    '--user-data-dir',
    join(extensions, '.installer'),
    '--config',
    join(extensions, '.config.yaml'),
  ];
  await run(node, [entry, ...folders, '--install-extension', vsix, '--force']);
}

/**
 * Starts a VS Code in the browser.
 * @param profile folder for user data
 * @param extensions folder of the extensions it has
 * @returns its address and a way to end it
 */
export async function serveVscode({ entry, profile, extensions, settings = {}, port }) {
  const userData = join(profile, 'user-data');
  const folders = ['--user-data-dir', userData, '--extensions-dir', extensions, '--config', join(profile, 'config.yaml')];
  const settingsFile = join(userData, 'User', 'settings.json');
  mkdirSync(dirname(settingsFile), { recursive: true });
  writeFileSync(settingsFile, JSON.stringify({ ...quiet, ...settings }, null, 2));
  const chosen = port ?? (await freePort());
  const trusted = settings['security.workspace.trust.enabled'] === false;
  const args = [entry, ...folders, '--auth', 'none', '--bind-addr', `127.0.0.1:${chosen}`, '--disable-telemetry', '--disable-update-check'];
  if (trusted) args.push('--disable-workspace-trust');
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const s of [child.stdout, child.stderr]) s.on('data', (d) => (log = (log + d).slice(-20_000)));
  const url = `http://127.0.0.1:${chosen}`;
  for (let i = 0; ; i++) {
    if (child.exitCode !== null) throw new Trouble(`code-server ended at once:\n${log}`);
    const up = await fetch(`${url}/healthz`).then(
      (r) => r.ok,
      () => false,
    );
    if (up) break;
    if (i > 1200) throw new Trouble(`code-server does not answer after five minutes:\n${log}`);
    await new Promise((r) => setTimeout(r, 250));
  }
  const stop = () =>
    new Promise((resolve) => {
      child.once('close', resolve);
      child.kill('SIGTERM');
    });
  return { url, child, stop, log: () => log };
}
