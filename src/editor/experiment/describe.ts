import { basename } from 'node:path';
import type { Uri } from 'vscode';
import { EXPERIMENT_SUFFIX } from '../../experiment/find.js';
import { parseExperiment } from '../../experiment/parse.js';
import type { ExperimentFile } from '../experimentFiles.js';

/** What a list says of an experiment file, whatever its state. */
export function describeExperiment(uri: Uri, text: string): ExperimentFile {
  const { experiment, problems } = parseExperiment(text);
  const errors = problems.filter((p) => p.severity === 'error').length;
  if (!experiment) {
    const name = /^name:\s*["']?([\w.-]+)/m.exec(text)?.[1] ?? basename(uri.path, EXPERIMENT_SUFFIX);
    return { uri, name, summary: errors === 1 ? '1 problem' : `${errors} problems`, errors, experiment };
  }
  const { policy, method, name, reward } = experiment;
  const base = 'from' in policy ? `from ${policy.from}` : `base ${'preset' in policy ? policy.preset : policy.model}`;
  const asked = reward.flatMap((r) => (r.term === 'reward_model' ? [`reward of ${r.from}`] : []));
  return { uri, name, summary: [method.name, base, ...asked].join(' · '), errors, experiment };
}
