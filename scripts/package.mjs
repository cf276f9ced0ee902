// One .vsix per platform, with only that platform's native files. `--target linux-x64` (default: this machine's), `--all`.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, optionsOf, say, Trouble } from './lib/console.mjs';
import { build, ready, root, tool } from './lib/install.mjs';
import { buildWheel } from './lib/wheel.mjs';

/** Platforms for which both native modules ship binaries: VS Code's name, onnxruntime's folder, better-sqlite3's file. */
const targets = {
  'linux-x64': ['linux/x64', 'linux-x64'],
  'linux-arm64': ['linux/arm64', 'linux-arm64'],
  'darwin-arm64': ['darwin/arm64', 'darwin-arm64'],
  'win32-x64': ['win32/x64', 'win32-x64'],
  'win32-arm64': ['win32/arm64', 'win32-arm64'],
};

const usage = `npm run package -- [options]   writes one .vsix

  --target NAME   for that platform, not this one (may be given more than once): ${Object.keys(targets).join(', ')}
  --all           for each of them
  --help`;

/** Copies what the extension loads at run time, and nothing else. */
function stage(target) {
  const [ort, sqlite] = targets[target];
  const folder = join(root, '.cache', 'package', target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Tests and benchmarks build into dist/test.
  // Somebody may have run the example where it lies.
  const carried = (f) => !f.endsWith('.map') && f !== join(root, 'dist', 'test') && !f.includes('.grpo-lab') && !f.includes('__pycache__');
  for (const name of [
    'dist',
    'media',
    'examples/arithmetic',
    'examples/real',
    'python/unpickle',
    'python/grpo_lab',
    'README.md',
    'CHANGELOG.md',
    'docs',
    'LICENSE',
  ]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { recursive: true, filter: carried });
  }
  buildWheel(join(folder, 'python'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // `type`: the bundles are CommonJS. The rest is for this repository, not for the extension.
  for (const key of ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies', 'private', 'type']) delete manifest[key];
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, '.vscodeignore'), '');

  // Inside dist/, where require() of the bundles finds them first and the packer does not ask npm about them.
  const modules = join(folder, 'dist', 'node_modules');
  const from = join(root, 'node_modules');
  const copy = (path, filter) => cpSync(join(from, path), join(modules, path), { recursive: true, filter });
  copy('better-sqlite3/package.json');
  copy('better-sqlite3/LICENSE');
  copy('better-sqlite3/lib');
  copy(`better-sqlite3/prebuilds/${sqlite}.node`);
  copy('onnxruntime-node/package.json');
  copy('onnxruntime-node/dist', (f) => !f.endsWith('.map') && !f.endsWith('.d.ts'));
  const binaries = `onnxruntime-node/bin/napi-v6/${ort}`;
  // macOS: the versioned library is the same file as the plain one; the binding loads the plain one.
  copy(binaries, (f) => !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(f));
  copy('onnxruntime-common/package.json');
  copy('onnxruntime-common/dist/cjs', (f) => !f.endsWith('.map') && !f.endsWith('.d.ts'));
  for (const name of ['package.json', 'pyodide.js', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'])
    copy(`pyodide/${name}`);
  return folder;
}

export async function pack(target) {
  if (!targets[target]) throw new Trouble(`No binaries for ${target}. Known: ${Object.keys(targets).join(', ')}.`);
  const folder = stage(target);
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = join(root, `${name}-${target}-${version}.vsix`);
  await tool(
    'vsce',
    ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--target', target, '--out', file],
    { cwd: folder },
  );
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((d) => d.isFile()).length;
  say(`✓ ${file} ${(statSync(file).size / 1e6).toFixed(1)} MB (${files} files)`);
  const algebra = statSync(join(folder, 'dist', 'symbolicEngine.cjs')).size;
  say(`  in it, unpacked: ${(algebra / 1e6).toFixed(1)} MB of computer algebra for the grading`);
  return file;
}

export const here = `${process.platform}-${process.arch}`;

if (process.argv[1] === join(root, 'scripts', 'package.mjs')) {
  main(async () => {
    const values = optionsOf(usage, { target: { type: 'string', multiple: true, default: [here] }, all: { type: 'boolean' } });
    await ready();
    await build('--production');
    for (const target of values.all ? Object.keys(targets) : values.target) await pack(target);
  });
}
