// The store: ingest rate against bare inserts of the same rows, how long a click waits at 100,000 solutions, and at a million of them.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** Runs a measurement in a process of its own. @returns the numbers that it writes */
export async function measured(name, ...args) {
  const outfile = join(root, 'dist', 'test', `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['better-sqlite3', 'playwright-core'],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: 'warning',
  });
  return JSON.parse(execFileSync(process.execPath, [outfile, join(root, 'dist', 'storeWorker.cjs'), ...args], { encoding: 'utf8' }));
}

/** @returns times in ms, the ratio as ingest rate over rate of bare inserts */
export const measureStore = () => measured('storeBench');

export async function bench() {
  const m = await measureStore();
  const against = (value, aim) => `${value.toFixed(1)} ms (${(value / aim).toFixed(2)} of the limit of ${aim} ms)`;
  console.log(
    `ingest                      ${m.ratio.toFixed(2)} of the rate of bare inserts of the same bytes (aim ≥ 0.73), ${m.ratioToRows.toFixed(2)} of the rows it makes; ${Math.round(m.solutionsPerSecond)} solutions/s with traces`,
  );
  console.log(`group open, p95             ${against(m.groupOpen, 20)} at ${m.solutions} solutions`);
  console.log(`step list (100), p95        ${against(m.stepList, 20)}`);
  console.log(`trace, p95                  ${m.trace.toFixed(1)} ms; three curves ${m.series.toFixed(1)} ms`);
  const { latest, all, more } = m.opinions;
  console.log(
    `reward model page           ${latest.toFixed(0)} ms for 50 steps, ${all.toFixed(0)} ms for all ${m.solutions} solutions, ${more.toFixed(0)} ms for more of its list`,
  );
  console.log(
    `group open during ingest    p95 ${m.duringIngest.p95.toFixed(1)} ms, max ${against(m.duringIngest.max, 50)}, n ${m.duringIngest.n}`,
  );
  const { p95, wideFirst, wideAgain, taken } = await measured('storeScale');
  console.log(`\nat 1,003,520 solutions of one run and 2,000 runs, while another of 76,800 is taken in (${taken} times)`);
  for (const [question, ms] of Object.entries(p95)) console.log(`${`${question}, p95`.padEnd(28)}${against(ms, 20)}`);
  console.log(`${'step of 100,000 groups'.padEnd(28)}first rows after ${against(wideFirst, 200)}, again ${wideAgain.toFixed(1)} ms`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
