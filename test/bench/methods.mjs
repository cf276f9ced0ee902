// Every method of the paper from the same SFT checkpoint, over five seeds: accuracy with intervals, Maj@K and Pass@K before and
// after, and what GRPO and PPO need in memory and time. A comparison that was broken off goes on where it was.
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
const seeds = [1, 2, 3, 4, 5];
const MiB = 2 ** 20;

export async function bench() {
  const bundles = join(root, '.cache', 'bench');
  const runs = join(root, 'out', 'methods');
  mkdirSync(bundles, { recursive: true });
  mkdirSync(runs, { recursive: true });
  const outfile = join(bundles, 'methods.mjs');
  await build({
    entryPoints: [join(root, 'test', 'bench', 'methods', 'index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { compareMethods, measureCosts, pictureOf, tableOf } = await import(pathToFileURL(outfile).href);
  const workers = Math.min(availableParallelism(), seeds.length);
  const results = await compareMethods(runs, seeds, workers, (what) => console.log(`  ${what}`));
  const table = tableOf(results);
  writeFileSync(join(runs, 'table.md'), `${table}\n`);
  writeFileSync(join(runs, 'methods.svg'), pictureOf(results));
  writeFileSync(join(runs, 'results.json'), JSON.stringify(results, null, 1));
  console.log(`\n${table}\n\n  table.md and methods.svg are in ${runs}`);
  const { grpo, ppo } = await measureCosts(join(runs, `seed-${seeds[0]}`));
  const ratio = (of) => (of(grpo) / of(ppo)).toFixed(2);
  console.log(
    `  time per step, taking turns: GRPO ${grpo.secondsPerStep.toFixed(2)} s, PPO ${ppo.secondsPerStep.toFixed(2)} s, ratio ${ratio((c) => c.secondsPerStep)}`,
  );
  if (grpo.peakBytes === null || ppo.peakBytes === null) return;
  const memory = (c) => (c.peakBytes / MiB).toFixed(0);
  console.log(`  resident memory: GRPO ${memory(grpo)} MB, PPO ${memory(ppo)} MB, ratio ${ratio((c) => c.peakBytes)}`);
}

if (process.argv[1] === import.meta.filename) await bench();
