// The doctor's calibration: failures bred on the embedded trainer, each at a known step, healthy runs and such that stand still; what the doctor
// finds in them, how early and how often for nothing, beside a control that knows only the number of the step. A calibration that was broken
// off goes on where it was. Half an hour on one core. Options: --seeds=10 --healthy=20 --plateaus=10; --adjust: the
// runs that thresholds are adjusted on; --there: only what has been bred already
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
/** Thresholds are adjusted on runs of other seeds than they are judged on, and from other weights. */
const adjusting = { first: 1, starts: [5] };
const judging = { first: 1000, starts: [11, 12] };

export async function bench() {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '10' },
      healthy: { type: 'string', default: '20' },
      plateaus: { type: 'string', default: '10' },
      adjust: { type: 'boolean', default: false },
      there: { type: 'boolean', default: false },
    },
  });
  const [seeds, healthy, plateaus] = [values.seeds, values.healthy, values.plateaus].map(Number);
  const { first, starts } = values.adjust ? adjusting : judging;
  const bundles = join(root, '.cache', 'bench');
  const folder = join(root, 'out', 'doctor');
  mkdirSync(bundles, { recursive: true });
  const outfile = join(bundles, 'doctor.mjs');
  await build({
    entryPoints: [join(root, 'test', 'bench', 'doctor', 'index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { calibrate } = await import(pathToFileURL(outfile).href);
  const { report, courses } = await calibrate(folder, { starts, first, seeds, healthy, plateaus }, !values.there, (run, at, of) =>
    console.log(`  ${at} of ${of}: ${run}`),
  );
  writeFileSync(join(folder, `table-${first}.md`), `${report}\n`);
  writeFileSync(
    join(folder, `findings-${first}.json`),
    JSON.stringify(
      courses.map(({ run, findings, heldOut }) => ({ run: run.id, onset: run.onset, heldOut, findings: Object.fromEntries(findings) })),
    ),
  );
  console.log(`\n${report}\n\n  table-${first}.md and findings-${first}.json are in ${folder}`);
}

if (process.argv[1] === import.meta.filename) await bench();
