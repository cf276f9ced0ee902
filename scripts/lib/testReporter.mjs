// A reporter for vitest that writes what the scripts count, beside what vitest prints: GRPO_LAB_TEST_REPORT names the file.
import { writeFileSync } from 'node:fs';

/** @returns a report as `scripts/lib/suite.mjs` describes it */
function reportOf(modules, unhandled) {
  const report = { passed: 0, failed: [], skipped: [], retried: [], files: [] };
  for (const module of modules) {
    const file = module.relativeModuleId;
    const { collectDuration, duration } = module.diagnostic();
    report.files.push({ file, seconds: (collectDuration + duration) / 1000 });
    // A hook that fails leaves tests that did not run, which say nothing themselves.
    const suites = [module, ...module.children.allSuites()];
    for (const error of suites.flatMap((s) => s.errors())) report.failed.push({ file, name: error.message.split('\n')[0] });
    for (const test of module.children.allTests()) {
      const { state, note } = test.result();
      const told = { file, name: test.fullName };
      if (state === 'passed') report.passed++;
      else if (state === 'failed') report.failed.push(told);
      else report.skipped.push({ ...told, reason: note ?? null });
      if (test.diagnostic()?.flaky) report.retried.push(told);
    }
  }
  for (const error of unhandled) report.failed.push({ file: '', name: String(error.message).split('\n')[0] });
  return report;
}

export default class TestReporter {
  onTestRunEnd(modules, unhandled) {
    const path = process.env.GRPO_LAB_TEST_REPORT;
    if (path) writeFileSync(path, JSON.stringify(reportOf(modules, unhandled)));
  }
}
