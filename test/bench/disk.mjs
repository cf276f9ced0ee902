// Bytes a token before and after compression, and what a click waits for: a run of 100,000 solutions of 300 tokens with traces.
import { fileURLToPath } from 'node:url';
import { measured } from './store.mjs';

/** @param solutions how many the run has; the first argument when this file is run by itself */
export async function bench(solutions = 100_000) {
  const m = await measured('diskBench', String(solutions));
  const against = (value, aim) => `${value.toFixed(1)} ms (${(value / aim).toFixed(2)} of the limit of ${aim} ms)`;
  console.log(
    `bytes a token               ${m.raw.toFixed(1)} as written, ${m.compressed.toFixed(1)} compressed (${(m.compressed / m.raw).toFixed(2)}, aim ≤ 0.5), ${m.database.toFixed(1)} in the database; ${m.tokens} tokens`,
  );
  console.log(`compression                 ${m.compactRate.toFixed(0)} MiB/s, read again and compared`);
  console.log(`ingest of compressed        ${m.ingest.toFixed(2)} of the rate of the same segments as written`);
  console.log(`group open, p95             ${against(m.group, 20)}`);
  console.log(`solution with tokens, p95   ${m.solution.toFixed(1)} ms; of 32,000 tokens ${against(m.long, 150)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench(Number(process.argv[2] ?? 100_000));
