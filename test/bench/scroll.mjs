// Scrolling the page of a search with 100,000 rows in Chromium: how long frames take beside a bare list of as many rows, and the page's memory.
import { fileURLToPath } from 'node:url';
import { chromium } from '../../scripts/lib/vscode.mjs';
import { measured } from './store.mjs';

/** @param rows how many; the first argument when this file is run by itself */
export async function bench(rows = 100_000) {
  await chromium();
  const { find, peer } = await measured('scrollBench', String(rows));
  const against = (value, aim, unit) => `${value.toFixed(1)} ${unit} (aim ≤ ${aim} ${unit})`;
  console.log(
    `${rows} rows, ${Math.round(find.height)} px high; the last one is reached: ${find.reachesEnd ? 'yes' : 'NO, a spacer was cut short'}`,
  );
  console.log(`a frame while it flows, p95 ${against(find.flow, 20, 'ms')}; a bare list ${peer.flow.toFixed(1)} ms`);
  console.log(`a frame while it jumps, p95 ${against(find.jump, 20, 'ms')}; a bare list ${peer.jump.toFixed(1)} ms`);
  console.log(`main thread, a frame        ${find.work.toFixed(1)} ms of processor time; a bare list ${peer.work.toFixed(1)} ms`);
  const resident = find.resident === null ? 'not known here' : against(find.resident, 200, 'MiB');
  console.log(`memory                      heap ${find.heap.toFixed(0)} MiB, the page's process without shared memory ${resident}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench(Number(process.argv[2] ?? 100_000));
