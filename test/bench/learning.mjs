// The example chain, SFT → GRPO, for three seeds fixed beforehand: greedy accuracy on the held-out test questions before and
// after GRPO, time and memory. Settings were chosen on validation questions and other seeds only.
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
const seeds = [11, 22, 33];

export async function bench() {
  const scratch = mkdtempSync(join(tmpdir(), 'learning-'));
  const bundles = join(root, '.cache', 'bench');
  mkdirSync(bundles, { recursive: true });
  const outfile = join(bundles, 'chain.mjs');
  try {
    await build({
      entryPoints: [join(root, 'test', 'bench', 'chain.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
    });
    const { runChain } = await import(pathToFileURL(outfile).href);
    const gains = [];
    for (const seed of seeds) {
      const { before, after, n, seconds, peakBytes } = await runChain(root, join(scratch, String(seed)), seed);
      gains.push(100 * (after - before));
      const memory = peakBytes === null ? '' : `, peak memory ${Math.round(peakBytes / 2 ** 20)} MB (aim ≤ 1024)`;
      console.log(
        `  seed ${seed}: held-out ${percent(before)} → ${percent(after)} of ${n} questions, ${points(gains.at(-1))}; ` +
          `SFT ${seconds.sft.toFixed(0)} s + GRPO ${seconds.grpo.toFixed(0)} s = ${(seconds.sft + seconds.grpo).toFixed(0)} s (aim ≤ 180)${memory}`,
      );
    }
    console.log(`  smallest gain ${points(Math.min(...gains))} (aim ≥ +12 points)`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const percent = (x) => `${(100 * x).toFixed(1)} %`;
const points = (x) => `${x >= 0 ? '+' : ''}${x.toFixed(1)} points`;

if (process.argv[1] === import.meta.filename) await bench();
