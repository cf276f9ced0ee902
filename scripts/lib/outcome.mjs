// What came of the parts of `npm test`, told at its end.
import { say, table } from './console.mjs';

/** A line a test; of a file with many of them, one line in all. */
function named(tests) {
  const files = Map.groupBy(tests, (t) => t.file);
  return [...files].flatMap(([file, of]) =>
    of.length > 5 ? [`  ${file}: ${of.length} tests`] : of.map(({ name }) => `  ${[file, name].filter(Boolean).join(': ')}`),
  );
}

export class Outcome {
  #parts = [];

  /** Runs a part. Its failure is kept and told, not thrown: the parts after it run too. @param work may return a report of `suite` */
  async part(name, work) {
    const begin = Date.now();
    const part = { name, passed: null, failed: [], skipped: [], retried: [], files: [], trouble: null };
    this.#parts.push(part);
    try {
      Object.assign(part, await work());
    } catch (error) {
      part.trouble = error.message.trim();
      say(part.trouble);
    }
    part.seconds = (Date.now() - begin) / 1000;
    return part.trouble === null && part.failed.length === 0;
  }

  /** @param fault whether that is a failure of the whole: else it is told, and no more */
  notRun(name, why, { fault = true } = {}) {
    this.#parts.push({
      name,
      passed: null,
      failed: [],
      skipped: [],
      retried: [],
      files: [],
      trouble: `not run: ${why}`,
      fault,
      seconds: 0,
    });
  }

  /** Prints the table, what failed, what was skipped and why, and which files took longest. @returns whether all is well */
  tell() {
    const parts = this.#parts;
    say('');
    const counted = (p) => (p.passed === null ? ['', '', ''] : [p.passed, p.failed.length, p.skipped.length]);
    const result = (p) => (p.trouble?.startsWith('not run') ? 'not run' : p.trouble !== null || p.failed.length > 0 ? 'failed' : 'passed');
    table([
      ['part', 'result', 'passed', 'failed', 'skipped', 'seconds'],
      ...parts.map((p) => [p.name, result(p), ...counted(p), Math.round(p.seconds)]),
    ]);

    const trouble = (p) => (p.trouble ? [`  ${p.name}: ${p.trouble.split('\n').at(-1)}`] : []);
    const failed = parts.flatMap((p) => [...named(p.failed), ...(p.fault === false ? [] : trouble(p))]);
    if (failed.length > 0) say(['', 'Failed', ...failed].join('\n'));
    const leftOut = parts.filter((p) => p.fault === false).flatMap(trouble);
    if (leftOut.length > 0) say(['', 'NOT CHECKED on this machine', ...leftOut].join('\n'));

    const skipped = parts.flatMap((p) => p.skipped);
    const reasons = [...new Set(skipped.map((s) => s.reason))];
    for (const reason of reasons) {
      say(`\nSkipped: ${reason ?? 'no reason given (.only, .skip, or the tests before it failed)'}`);
      say(named(skipped.filter((s) => s.reason === reason)).join('\n'));
    }
    const retried = parts.flatMap((p) => p.retried);
    if (retried.length > 0) say(['', 'Passed only when tried again', ...named(retried)].join('\n'));

    const slowest = parts.flatMap((p) => p.files).sort((a, b) => b.seconds - a.seconds);
    if (slowest.length > 0)
      say(['', 'Slowest files', ...slowest.slice(0, 10).map((f) => `  ${f.seconds.toFixed(0).padStart(4)} s  ${f.file}`)].join('\n'));

    // What is skipped without a word proves nothing.
    return failed.length === 0 && !reasons.includes(null);
  }
}
