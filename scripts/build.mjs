// Bundles: host (with zod and yaml apart), store worker, engine, sampler, runner, command line, and one per webview page.
// `--watch` rebuilds on change; `--only=engine,cli` builds just these.
import { existsSync, readdirSync } from 'node:fs';
import { context } from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const only = process.argv
  .find((a) => a.startsWith('--only='))
  ?.slice(7)
  .split(',');
const wanted = ([name]) => !only || only.includes(name);

// zod re-exports the messages of fifty languages; English is imported apart and is the only one used.
const zodEnglishOnly = {
  name: 'zod-english-only',
  setup: (b) => {
    b.onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]zod[\\/]/.test(importer) ? { path: 'none', namespace: 'zod-locales' } : null,
    );
    b.onLoad({ filter: /.*/, namespace: 'zod-locales' }, () => ({ contents: '' }));
  },
};

const common = {
  bundle: true,
  sourcemap: production ? false : 'linked',
  minify: production,
  logLevel: 'info',
  legalComments: 'none',
  plugins: [zodEnglishOnly],
};

/**
 * The extension starts without zod and yaml: modules that need them are behind an `import()`, which esbuild evaluates when it is
 * reached, and the two packages are files of their own, so that a start does not even compile them.
 */
const apart = { zod: 'src/editor/zod.ts', yaml: 'yaml' };
const packagesApart = {
  name: 'packages-apart',
  setup: (b) => b.onResolve({ filter: /^(zod|yaml)$/ }, ({ path }) => ({ path: `./${path}.cjs`, external: true })),
};

const node = {
  ...common,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', 'better-sqlite3', 'onnxruntime-node', 'pyodide'],
  entryPoints: Object.fromEntries(
    Object.entries({
      ...apart,
      storeWorker: 'src/store/worker.ts',
      examiner: 'src/examination/examinerThread.ts',
      gradeWorker: 'src/grading/gradeWorker.ts',
      symbolicEngine: 'src/grading/symbolic/algebraWorker.ts',
      engine: 'src/engine/trainerMain.ts',
      evaluator: 'src/engine/evaluation/evaluatorMain.ts',
      sampler: 'src/engine/service/samplerMain.ts',
      environment: 'src/engine/environment/environmentMain.ts',
      pythonWorker: 'src/engine/tools/pythonWorker.ts',
      runner: 'src/launch/targets/local/runner.ts',
      sshMirror: 'src/launch/targets/ssh/mirrorMain.ts',
      importer: 'src/importing/importerMain.ts',
      bulkThread: 'src/protocol/bulk/thread.ts',
      command: 'src/backends/command/commandMain.ts',
      cli: 'src/cli.ts',
    }).filter(wanted),
  ),
};

const host = {
  ...node,
  entryPoints: Object.fromEntries([['extension', 'src/extension.ts']].filter(wanted)),
  plugins: [...common.plugins, packagesApart],
};

// KaTeX names each font in three formats; every browser of a webview takes the first, woff2.
const katexWoff2Only = {
  name: 'katex-woff2-only',
  setup: (b) => b.onResolve({ filter: /KaTeX_[^/]*\.(ttf|woff)$/ }, ({ path }) => ({ path, external: true })),
};

const pages = readdirSync('webview', { withFileTypes: true }).filter((d) => d.isDirectory() && existsSync(`webview/${d.name}/index.ts`));
const web = {
  ...common,
  platform: 'browser',
  target: 'es2023',
  format: 'iife',
  outdir: 'dist/webview',
  tsconfig: 'webview/tsconfig.json',
  entryPoints: Object.fromEntries(pages.map((d) => [d.name, `webview/${d.name}/index.ts`]).filter(wanted)),
  loader: { '.ttf': 'file', '.woff2': 'file' },
  plugins: [...common.plugins, katexWoff2Only],
  assetNames: 'fonts/[name]',
};

const contexts = await Promise.all([node, host, web].filter((c) => Object.keys(c.entryPoints).length > 0).map((c) => context(c)));
if (watch) await Promise.all(contexts.map((c) => c.watch()));
else {
  await Promise.all(contexts.map((c) => c.rebuild()));
  await Promise.all(contexts.map((c) => c.dispose()));
}
