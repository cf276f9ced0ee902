/** What the keys of an experiment say together: rules no single key can check. */
import { parseFrom } from './lineage.js';
import type { Finding } from './messages.js';
import type { Experiment } from './schema.js';

export function checkTogether(e: Experiment): (Finding & { severity?: 'warning' })[] {
  const findings: (Finding & { severity?: 'warning' })[] = [];
  for (const i of repeats(e.reward.map((r) => r.term))) {
    findings.push({
      path: ['reward', i, 'term'],
      at: 'value',
      message: `The reward term "${e.reward[i].term}" is listed twice; keep one and give it the weight you want.`,
    });
  }
  for (const i of repeats(e.benchmarks.map((b) => b.suite))) {
    findings.push({
      path: ['benchmarks', i, 'suite'],
      at: 'value',
      message: `The benchmark "${e.benchmarks[i].suite}" is listed twice; keep one.`,
    });
  }
  if ('from' in e.policy) {
    const reference = parseFrom(e.policy.from);
    const at = { path: ['policy', 'from'], at: 'value' as const };
    if (!reference) {
      findings.push({
        ...at,
        message: `policy.from "${e.policy.from}" is no reference: write an experiment name or a run id, and @step if you want a certain one.`,
      });
    } else if (reference.target === e.name) {
      findings.push({ ...at, message: `"${e.name}" cannot start from itself; name another experiment, a run by its id, or a preset.` });
    }
  }
  if (e.optimiser.warmup_steps >= e.steps) {
    findings.push({
      path: ['optimiser', 'warmup_steps'],
      at: 'value',
      severity: 'warning',
      message: `The learning rate warms up for ${e.optimiser.warmup_steps} of ${e.steps} steps and never reaches its peak; use fewer.`,
    });
  }
  return findings;
}

/** Indices of values that appeared before. */
const repeats = (values: string[]): number[] => values.flatMap((v, i) => (values.indexOf(v) < i ? [i] : []));
