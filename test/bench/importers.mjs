// Importers: how fast a file becomes a run, against merely decoding it with the same library; memory at 1 GiB; how far behind following is.
import { performance } from 'node:perf_hooks';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const MiB = 1024 * 1024;

/**
 * @param said.format hears of each kind as it is measured: MB/s and rollouts/s of importing, its ratio to merely decoding (and writing the
 * records again), peak memory
 * @param said.memory hears of each kind that is large
 * @returns the lags of following in ms
 */
export async function measureImporters({ mebibytes = 256, large = 1024, only = [], said }) {
  const outfile = join(dist, 'test', 'importersBench.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'importers', 'job.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['better-sqlite3'],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: 'warning',
  });
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-bench-'));
  const job = (...args) => JSON.parse(execFileSync(process.execPath, [outfile, ...args.map(String)], { encoding: 'utf8' }));
  try {
    const all = job('kinds');
    const make = (kind, size) => {
      const source = join(folder, 'source');
      mkdirSync(source);
      return { ...job('make', kind, size, source), source, flags: all.flags };
    };
    for (const kind of only.length > 0 ? only : all.kinds) {
      const { source, ...made } = make(kind, mebibytes);
      // All as processes from start to end, taking turns.
      const decoded = [];
      const rewritten = [];
      const imported = [];
      for (let i = 0; i < 5; i++) {
        decoded.push(timed(() => job('decode', kind, source)));
        rewritten.push(timed(() => job('rewrite', kind, source, join(folder, 'out'))));
        rmSync(join(folder, 'out'));
        imported.push(await importOnce(folder, source, made));
      }
      const seconds = Math.min(...imported.map((run) => run.seconds));
      said.format(kind, {
        megabytesPerSecond: made.bytes / 1e6 / seconds,
        unit: made.unit,
        perSecond: made.rows / seconds,
        ratio: Math.min(...decoded) / seconds,
        ofRewriting: Math.min(...rewritten) / seconds,
        peak: Math.max(...imported.map((run) => run.peak)),
      });
      rmSync(source, { recursive: true });
    }
    for (const kind of large > 0 ? all.large : []) {
      const { source, ...made } = make(kind, large);
      said.memory(kind, await importOnce(folder, source, made));
      rmSync(source, { recursive: true });
    }
    const growing = join(folder, 'growing');
    mkdirSync(growing);
    return job('lag', growing, dist).lags;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

function timed(work) {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}

/** The importer process as the editor starts it. Its peak memory is asked of the system while it runs; 0 where that cannot be asked. */
async function importOnce(folder, source, { flags, format, mapping }) {
  const into = join(folder, '.grpo-lab', 'runs');
  mkdirSync(into, { recursive: true });
  const request = JSON.stringify({ path: source, format, mapping });
  const begun = performance.now();
  const child = spawn(process.execPath, [...flags, join(dist, 'importer.cjs'), 'once', '--into', into, '--request', request], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 20);
  const code = await new Promise((done) => child.once('exit', done));
  clearInterval(timer);
  if (code !== 0) throw new Error(`importing ${format} ended with code ${code}`);
  const seconds = (performance.now() - begun) / 1000;
  rmSync(into, { recursive: true, force: true });
  return { seconds, peak };
}

function peakOf(pid) {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export async function bench(only = []) {
  const lags = await measureImporters({ only, large: only.length > 0 ? 0 : 1024, said: { format: sayFormat, memory: sayMemory } });
  const p95 = lags[Math.floor(lags.length * 0.95)];
  console.log(`behind when following, p95  ${p95.toFixed(0)} ms (${(p95 / 2000).toFixed(2)} of the limit of 2000 ms), n ${lags.length}`);
}

function sayFormat(kind, m) {
  console.log(
    `import ${kind.padEnd(20)} ${m.ratio.toFixed(2)} of the rate of merely decoding it (aim ≥ 0.4), ${m.ofRewriting.toFixed(2)} of decoding it and writing its records as JSON; ${m.megabytesPerSecond.toFixed(0)} MB/s, ${Math.round(m.perSecond)} ${m.unit}/s, peak ${(m.peak / MiB).toFixed(0)} MiB`,
  );
}

function sayMemory(kind, m) {
  console.log(
    `1 GiB of ${kind.padEnd(25)} peak ${(m.peak / MiB).toFixed(0)} MiB (${(m.peak / MiB / 300).toFixed(2)} of the limit of 300), ${m.seconds.toFixed(1)} s`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench(process.argv.slice(2));
