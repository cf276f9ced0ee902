import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';

/** What the bundle of a program is made of. */
async function inputsOf(entry: string): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'better-sqlite3', 'onnxruntime-node', 'pyodide'],
    logLevel: 'silent',
  });
  return metafile.inputs;
}

/** Packages that the extension's start reaches without an `import()`. */
async function packagesAtStart(): Promise<string[]> {
  const inputs = await inputsOf('src/extension.ts');
  const reached = new Set(['src/extension.ts']);
  const packages = new Set<string>();
  for (const file of reached)
    for (const { path, kind, external } of inputs[file].imports) {
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

/** The modules that speak to endpoints and read their streams. */
const speaking = ['endpointAnswer', 'exchange', 'sampleEndpoint', 'serverSentEvents'].map((name) => `src/sampling/endpoint/${name}.ts`);

test('endpoints are asked in the sampling process, never where the editor runs: of all servers it asks Ray’s alone', async () => {
  const [extension, sampler] = await Promise.all(['src/extension.ts', 'src/engine/service/samplerMain.ts'].map(inputsOf));
  expect(speaking.filter((file) => file in sampler)).toEqual(speaking);
  expect(speaking.filter((file) => file in extension)).toEqual([]);
  const ways = /^(node:)?(https?|http2|net|tls|undici)$/;
  const reached = Object.entries(extension).filter(
    ([file, { imports }]) => file.startsWith('src/') && imports.some((i) => ways.test(i.path)),
  );
  expect(reached.map(([file]) => file)).toEqual(['src/launch/targets/ray/exchange.ts']);
});
