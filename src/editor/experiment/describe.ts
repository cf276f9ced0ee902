import { basename } from 'node:path';
import type { Uri } from 'vscode';
import { EXPERIMENT_SUFFIX } from '../../experiment/find.js';
import { parseExperiment } from '../../experiment/parse.js';
import type { Experiment } from '../../experiment/schema.js';

/** An experiment file of the workspace, in the few words a list needs. */
export interface ListedExperiment {
  uri: Uri;
  /** As in the file; of a file with errors, the name it seems to have. */
  name: string;
  /** `grpo · from arith-sft`, or what is wrong. */
  summary: string;
  errors: number;
  /** Null when it has errors. */
  experiment: Experiment | null;
}

/** What a list says of an experiment file, whatever its state. */
export function describeExperiment(uri: Uri, text: string): ListedExperiment {
  const { experiment, problems } = parseExperiment(text);
  const errors = problems.filter((p) => p.severity === 'error').length;
  if (!experiment) {
    const name = /^name:\s*["']?([\w.-]+)/m.exec(text)?.[1] ?? basename(uri.path, EXPERIMENT_SUFFIX);
    return { uri, name, summary: errors === 1 ? '1 problem' : `${errors} problems`, errors, experiment };
  }
  const { policy, method, name, reward } = experiment;
  const base =
    'from' in policy
      ? `from ${policy.from}`
      : 'endpoint' in policy
        ? `${policy.endpoint.model} at ${policy.endpoint.url}`
        : `base ${'preset' in policy ? policy.preset : policy.model}`;
  const rewardModels = reward.flatMap((r) => (r.term === 'reward_model' ? [`reward of ${r.from}`] : []));
  return { uri, name, summary: [method.name, base, ...rewardModels].join(' · '), errors, experiment };
}
