// A reporter for vitest that writes what the scripts count, beside what vitest prints: GRPO_LAB_TEST_REPORT names the file.
import { writeFileSync } from 'node:fs';

/** @returns a report as `scripts/lib/suite.mjs` describes it */
function reportOf(modules, unhandled) {
  const report = { failed: [], lost: [], skipped: [], retried: [], files: [] };
  for (const module of modules) {
    const file = module.relativeModuleId;
    const { collectDuration, duration } = module.diagnostic();
    let passed = 0;
    // A hook that fails leaves tests that did not run, which say nothing themselves.
    const suites = [module, ...module.children.allSuites()];
    for (const error of suites.flatMap((s) => s.errors())) report.failed.push({ file, name: error.message.split('\n')[0] });
    for (const test of module.children.allTests()) {
      const { state, note } = test.result();
      const told = { file, name: test.fullName };
      if (state === 'passed') passed++;
      else if (state === 'failed') report.failed.push(told);
      // A process that crashes takes the rest of its file with it.
      else if (state === 'pending' && unhandled.length > 0) report.lost.push(told);
      else report.skipped.push({ ...told, reason: note ?? null });
      if (test.diagnostic()?.flaky) report.retried.push(told);
    }
    if (['queued', 'pending'].includes(module.state()) && unhandled.length > 0)
      report.lost.push({ file, name: 'not all of its tests ran' });
    report.files.push({ file, passed, seconds: (collectDuration + duration) / 1000 });
  }
  report.unhandled = unhandled.map((error) => String(error.message).split('\n')[0]);
  return report;
}

export default class TestReporter {
  onTestRunEnd(modules, unhandled) {
    const path = process.env.GRPO_LAB_TEST_REPORT;
    if (path) writeFileSync(path, JSON.stringify(reportOf(modules, unhandled)));
  }
}
