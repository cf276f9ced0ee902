// Every method of the paper from the same SFT checkpoint, over five seeds: accuracy with intervals, Maj@K and Pass@K before and
// after, and what GRPO and PPO need in memory and time. A comparison that was broken off goes on where it was.
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
const seeds = [1, 2, 3, 4, 5];

export async function bench() {
  const bundles = join(root, '.cache', 'bench');
  const runs = join(root, 'out', 'methods');
  mkdirSync(bundles, { recursive: true });
  mkdirSync(runs, { recursive: true });
  const outfile = join(bundles, 'methods.mjs');
  await build({
    entryPoints: [join(root, 'test', 'bench', 'methodsBench.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { compareMethods, tableOf } = await import(pathToFileURL(outfile).href);
  const results = await compareMethods(runs, seeds, (what) => console.log(`  ${what}`));
  const table = tableOf(results);
  writeFileSync(join(runs, 'table.md'), `${table}\n`);
  writeFileSync(join(runs, 'results.json'), JSON.stringify(results, null, 1));
  console.log(`\n${table}\n\n  written to ${runs}`);
  const of = (name) => results.find((r) => r.name === name);
  const [grpo, ppo] = [of('GRPO, outcome'), of('PPO')];
  const average = (xs) => xs.reduce((a, b) => a + b, 0) / xs.length;
  const seconds = (r) => average(r.secondsPerStep);
  console.log(
    `  time per step: GRPO ${seconds(grpo).toFixed(2)} s, PPO ${seconds(ppo).toFixed(2)} s, ratio ${(seconds(grpo) / seconds(ppo)).toFixed(2)}`,
  );
  if (grpo.peakBytes.length > 0 && ppo.peakBytes.length > 0) {
    const memory = (r) => average(r.peakBytes) / 2 ** 20;
    console.log(
      `  resident memory: GRPO ${memory(grpo).toFixed(0)} MB, PPO ${memory(ppo).toFixed(0)} MB, ratio ${(memory(grpo) / memory(ppo)).toFixed(2)}`,
    );
  }
}

if (process.argv[1] === import.meta.filename) await bench();
