/**
 * The importer process.
 * `importer --run <run directory>` follows what the run's `import` says (started by the run's watcher).
 * `importer --into <runs folder> --request <JSON of an ImportRequest>` imports once and says how it goes, one JSON value a line.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { followRun } from './followRun.js';
import { importOnce } from './importOnce.js';
import { FormatQuestion } from './request.js';

const request = z.object({
  path: z.string(),
  format: z.string().optional(),
  name: z.string().optional(),
  groupSize: z.number().int().min(1).optional(),
  mapping: z.looseObject({ solution: z.string() }).optional(),
  python: z.string().optional(),
});

/** What the process says on its standard output. */
export type ImporterLine =
  | { kind: 'progress'; bytes: number; of: number }
  | { kind: 'imported'; run: Awaited<ReturnType<typeof importOnce>> }
  | { kind: 'question'; message: string; candidates: { id: string; title: string; why: string; confidence: number }[] }
  | { kind: 'failed'; message: string };

const say = (line: ImporterLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const PROGRESS_EVERY_MS = 100;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { run: { type: 'string' }, into: { type: 'string' }, request: { type: 'string' } } });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  if (values.run !== undefined) {
    await followRun(values.run, stop);
    return 0;
  }
  if (values.into === undefined || values.request === undefined) throw new Error('usage: importer --run DIR | --into RUNS --request JSON');
  // Whoever started it closes its input to cancel; Windows has no signals.
  process.stdin.on('end', () => stop.abort()).resume();
  let last = 0;
  const progress = (bytes: number, of: number): void => {
    if (performance.now() - last < PROGRESS_EVERY_MS) return;
    last = performance.now();
    say({ kind: 'progress', bytes, of });
  };
  const run = await importOnce(values.into, request.parse(JSON.parse(values.request)), { signal: stop.signal, progress });
  say({ kind: 'imported', run });
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof FormatQuestion)
      say({
        kind: 'question',
        message,
        candidates: error.candidates.map(({ importer, why, confidence }) => ({ id: importer.id, title: importer.title, why, confidence })),
      });
    else if (!process.argv.includes('--run')) say({ kind: 'failed', message });
    console.error(message);
    process.exit(1);
  },
);
