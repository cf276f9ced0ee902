// Searching a run of a million solutions while another is taken in: first results, the whole, the index; beside ripgrep on the raw files,
// SQLite's LIKE as Trackio uses it, and loading all lines as verl's viewer does.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache } from '../../scripts/lib/vscode.mjs';
import { measured } from './store.mjs';

/** The one on the path, or the one that comes with the VS Code of the end-to-end tests; '' where there is none. */
function ripgrep() {
  if (spawnSync('rg', ['--version']).status === 0) return 'rg';
  const inside = (folder) =>
    join(
      cache,
      folder,
      'node_modules/code-server/lib/vscode/node_modules/@vscode/ripgrep-universal/bin',
      `${process.platform}-${process.arch}`,
      'rg',
    );
  const folders = existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith('code-server-')) : [];
  return folders.map(inside).find(existsSync) ?? '';
}

/** @param solutions how many the run has; the first argument when this file is run by itself */
export async function bench(solutions = 1_000_000) {
  const { index, found, whole, wholePhrase, peers, ...m } = await measured('findBench', String(solutions), ripgrep());
  const against = (value, aim) => `${value.toFixed(1)} ms (${(value / aim).toFixed(2)} of the limit of ${aim} ms)`;
  const peer = (seconds) => (seconds === null ? 'not measured: there is no ripgrep' : `${seconds.toFixed(2)} s`);
  console.log(
    `${m.solutions} solutions in ${m.steps} steps, ${(m.raw / 2 ** 20).toFixed(0)} MiB as written; ${Math.round(m.ingest)} solutions/s taken in`,
  );
  console.log(
    `index of words              ${Math.round(index.perMinute)} solutions a minute (aim ≥ 1,000,000), ${index.share.toFixed(2)} of the compressed texts (aim ≤ 1.0)`,
  );
  console.log(`first results, p95, while another run is taken in:`);
  console.log(`  a word                    ${against(found.word, 30)}`);
  console.log(`  a phrase                  ${against(found.phrase, 30)}`);
  console.log(`  a rare word or phrase     ${against(found.rare, 30)}`);
  console.log(`  a filter of numbers       ${against(found.filter, 100)}`);
  console.log(`  a regular expression      ${against(found.expression, 300)}`);
  console.log(`ledger of ${m.steps} steps, p95    ${against(found.ledger, 100)}`);
  console.log(`a question over training    ${against(found.question, 50)}`);
  const ratio = peers.expression === null ? '' : `, ${(whole.all / 1000 / peers.expression).toFixed(2)} of ripgrep's time (aim ≤ 1.5)`;
  console.log(`regular expression, whole   ${(whole.all / 1000).toFixed(2)} s for ${whole.matched} that match${ratio}`);
  console.log(
    `phrase, whole               ${(wholePhrase.all / 1000).toFixed(3)} s for ${wholePhrase.matched}; ripgrep ${peer(peers.phrase)}, LIKE ${peer(peers.like)}, all lines loaded ${peer(peers.load)}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench(Number(process.argv[2] ?? 1_000_000));
