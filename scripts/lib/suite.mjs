// Runs vitest and hands on what came of it.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, Trouble } from './console.mjs';
import { compiledOnce, root, tool } from './install.mjs';

const cache = join(root, '.cache');
const reporter = join(root, 'scripts', 'lib', 'testReporter.mjs');
/** How many this process has begun: several may run at once. */
let suites = 0;
const timesFile = join(cache, 'test-times.json');

/** Seconds that each test file took when it last ran here, by its path. */
export const testTimes = () => (existsSync(timesFile) ? JSON.parse(readFileSync(timesFile, 'utf8')) : {});

/**
 * Runs tests, showing vitest's own output. A file whose process crashed is run once more, by itself, and told as tried again: what a crash of a
 * native module hides is a result, not the crash.
 * @returns { passed, failed: [{ file, name }], skipped: [{ file, name, reason }], retried: [{ file, name }], files: [{ file, seconds }] };
 *   a failure is in it, not thrown
 * @throws Trouble when vitest ended without a report
 */
export async function suite(args, { env } = {}) {
  let report = await once(args, env);
  const crashed = [...new Set(report.lost.map((t) => t.file))];
  if (crashed.length > 0) {
    say(`${report.unhandled.join(' ')}: ${crashed.join(', ')}. Run again:`);
    const again = await once([...(args.includes('--config') ? args : []), ...crashed], env);
    const joined = (of) => [...report[of].filter((t) => !crashed.includes(t.file)), ...again[of]];
    const retried = [...joined('retried'), ...crashed.map((file) => ({ file, name: 'its process crashed' }))];
    const unhandled = [...report.unhandled.filter((message) => !message.startsWith('[vitest-pool]')), ...again.unhandled];
    report = { ...again, unhandled, failed: joined('failed'), skipped: joined('skipped'), files: joined('files'), retried };
  }
  const { failed, lost, unhandled, skipped, retried, files } = report;
  const passed = files.reduce((sum, file) => sum + file.passed, 0);
  return { passed, failed: [...failed, ...lost, ...unhandled.map((name) => ({ file: '', name }))], skipped, retried, files };
}

async function once(args, env) {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `test-report-${process.pid}-${++suites}.json`);
  rmSync(path, { force: true });
  const ended = await tool('vitest', ['run', '--reporter=default', `--reporter=${reporter}`, ...args], {
    show: 'lines',
    env: { ...compiledOnce, ...env, GRPO_LAB_TEST_REPORT: path },
  }).then(
    () => null,
    (error) => error,
  );
  if (!existsSync(path)) throw ended ?? new Trouble('vitest ended without a report.');
  const report = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(path);
  if (ended && report.failed.length + report.lost.length + report.unhandled.length === 0)
    report.failed.push({ file: '', name: ended.message.trim().split('\n').at(-1) });
  writeFileSync(
    timesFile,
    JSON.stringify({ ...testTimes(), ...Object.fromEntries(report.files.map((f) => [f.file, f.seconds])) }, null, 1),
  );
  return report;
}
