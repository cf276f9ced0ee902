/**
 * The importer process.
 * `importer --run <run directory> [--python <interpreter>]`: follows the source named in the run's `import` (started by the run's watcher).
 * `importer <once | follow | look> --into <runs folder> --request <JSON of an ImportRequest>`: reports progress and result, one JSON value
 * a line.
 */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { jsonLine } from '../core/lines.js';
import { messageOf } from '../core/messageOf.js';
import { programsIn } from '../launch/ownPrograms.js';
import { followRun } from './followRun.js';
import { importOnce } from './importOnce.js';
import type { ImporterLine } from './importerLines.js';
import { lookAt } from './look.js';
import { boundMemory } from './memoryBound.js';
import { startFollowing } from './startFollowing.js';

const requestSchema = z.object({
  path: z.string(),
  format: z.string().optional(),
  name: z.string().optional(),
  groupSize: z.number().int().min(1).optional(),
  mapping: z.looseObject({ solution: z.string() }).optional(),
  run: z.string().optional(),
  python: z.string().optional(),
});

const say = (line: ImporterLine): void => void process.stdout.write(jsonLine(line));
const PROGRESS_EVERY_MS = 100;

async function main(): Promise<void> {
  boundMemory();
  const { values, positionals } = parseArgs({
    options: { run: { type: 'string' }, into: { type: 'string' }, request: { type: 'string' }, python: { type: 'string' } },
    allowPositionals: true,
  });
  const distFolder = dirname(process.argv[1]);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  if (values.run !== undefined) return followRun(values.run, values.python, stop);
  const { into, request: json } = values;
  if (into === undefined || json === undefined)
    throw new Error('usage: importer --run DIR | (once | follow | look) --into RUNS --request JSON');
  const request = requestSchema.parse(JSON.parse(json));
  // Whoever started it closes its input to cancel; Windows has no signals.
  process.stdin.on('end', () => stop.abort()).resume();
  switch (positionals[0]) {
    case 'look':
      say({ kind: 'look', look: await lookAt(into, request.path, stop.signal) });
      return;
    case 'follow':
      say({ kind: 'following', directory: await startFollowing(into, request, programsIn(distFolder)) });
      return;
    default:
      say({ kind: 'imported', run: await importOnce(into, request, { distFolder, signal: stop.signal, progress: rarely() }) });
  }
}

function rarely(): (bytes: number, of: number) => void {
  let last = 0;
  return (bytes, of) => {
    if (performance.now() - last < PROGRESS_EVERY_MS) return;
    last = performance.now();
    say({ kind: 'progress', bytes, of });
  };
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const message = messageOf(error);
    if (!process.argv.includes('--run')) say({ kind: 'failed', message });
    console.error(message);
    process.exit(1);
  },
);
