import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** Packages that the extension's start reaches without an `import()`. */
async function packagesAtStart(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: ['src/extension.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'better-sqlite3', 'onnxruntime-node'],
    logLevel: 'silent',
  });
  const reached = new Set(['src/extension.ts']);
  const packages = new Set<string>();
  for (const file of reached)
    for (const { path, kind, external } of metafile.inputs[file].imports) {
      if (kind === 'dynamic-import') continue;
      if (external) packages.add(path);
      else if (path.includes('node_modules/')) packages.add(`${path.slice(path.lastIndexOf('node_modules/') + 13)} for ${file}`);
      else reached.add(path);
    }
  expect(reached.size).toBeGreaterThan(30);
  return [...packages].filter((p) => !p.startsWith('node:')).sort();
}

test('the extension starts without any package: schemas and the YAML parser are loaded when they are needed', async () => {
  expect(await packagesAtStart()).toEqual(['vscode']);
});
