import type { ImportOptions } from '../../src/importers/importer.js';

const mapping = { step: 'epoch', group: 'problem_id', question: 'problem', solution: 'output', reward: 'score' };

/** What is guessed of the fields of `predictions`. */
const guessed = { question: 'question', solution: 'completion', gold: 'solution', reward: 'total_reward', correct: 'accuracy' };

export interface Golden {
  /** Of the list in `golden/`. */
  name: string;
  format: string;
  /** Folder or file under the importers' fixtures. */
  fixture: string;
  options?: ImportOptions;
  /** It holds several runs, of which the one that wrote last is told. */
  several?: true;
  /** Python has to read it. */
  pickled?: true;
}

/** A fixture or more of every format. */
export const goldens: readonly Golden[] = [
  { name: 'trl-grpo', format: 'trl', fixture: 'trl/grpo' },
  { name: 'trl-traps', format: 'trl', fixture: 'trl/iterations-and-evaluation' },
  { name: 'trl-early', format: 'trl', fixture: 'trl/early' },
  { name: 'trl-other-name', format: 'trl', fixture: 'trl/other-name' },
  { name: 'trl-supervised', format: 'trl', fixture: 'trl/supervised' },
  { name: 'verl-v0', format: 'verl', fixture: 'verl/v0' },
  { name: 'verl-v1', format: 'verl', fixture: 'verl/v1' },
  { name: 'verl-generations', format: 'verl', fixture: 'verl/generations/test.parquet' },
  { name: 'prime-rl', format: 'prime-rl', fixture: 'prime-rl/run' },
  { name: 'verifiers-v0', format: 'verifiers', fixture: 'verifiers/v0' },
  { name: 'verifiers-v1', format: 'verifiers', fixture: 'verifiers/v1' },
  { name: 'verifiers-older', format: 'verifiers', fixture: 'verifiers/older' },
  { name: 'prime-rl-older', format: 'prime-rl', fixture: 'prime-rl/older' },
  { name: 'prime-rl-hosted', format: 'prime-rl', fixture: 'prime-rl/hosted' },
  { name: 'nemo-gym-tools', format: 'nemo-gym', fixture: 'nemo-gym/tools' },
  { name: 'nemo-gym-games', format: 'nemo-gym', fixture: 'nemo-gym/games' },
  { name: 'qwen-math', format: 'qwen-math', fixture: 'qwen-math' },
  { name: 'nemo-rl', format: 'nemo-rl', fixture: 'nemo-rl' },
  { name: 'lm-eval', format: 'lm-eval', fixture: 'lm-eval' },
  { name: 'lm-eval-own-names', format: 'lm-eval', fixture: 'lm-eval-own-names' },
  { name: 'lighteval', format: 'lighteval', fixture: 'lighteval' },
  { name: 'inspect', format: 'inspect', fixture: 'inspect/2026-08-22T10-00-00_sums_fixture.eval' },
  { name: 'slime', format: 'slime', fixture: 'slime/details', pickled: true },
  { name: 'skyrl', format: 'skyrl', fixture: 'skyrl/exports', pickled: true },
  { name: 'skyrl-evaluations', format: 'skyrl', fixture: 'skyrl/exports/dumped_evals' },
  { name: 'wandb', format: 'wandb', fixture: 'wandb/offline-run-20260821_100000-rloo0001' },
  { name: 'wandb-table', format: 'wandb', fixture: 'wandb-table/completions.table.json' },
  { name: 'wandb-table-older', format: 'wandb', fixture: 'wandb-table/older' },
  { name: 'trackio', format: 'trackio', fixture: 'trackio/sums.db' },
  { name: 'openrlhf', format: 'openrlhf', fixture: 'openrlhf/run-1' },
  { name: 'tensorboard', format: 'tensorboard', fixture: 'tensorboard/trl-rloo' },
  { name: 'tinker', format: 'tinker', fixture: 'tinker/sums' },
  { name: 'tinker-metrics', format: 'tinker', fixture: 'tinker-metrics' },
  { name: 'art', format: 'art', fixture: 'art/v2' },
  { name: 'art-older', format: 'art', fixture: 'art/older' },
  { name: 'groups', format: 'groups', fixture: 'groups/groups.jsonl' },
  { name: 'predictions', format: 'generic', fixture: 'predictions/base_predictions.jsonl', options: { mapping: guessed } },
  { name: 'console-trl', format: 'console', fixture: 'console/trl' },
  { name: 'console-verl', format: 'console', fixture: 'console/verl' },
  { name: 'curves-csv', format: 'curves', fixture: 'curves/csv' },
  { name: 'curves-csv-runs', format: 'curves', fixture: 'curves/csv-runs', several: true },
  { name: 'curves-json', format: 'curves', fixture: 'curves/json' },
  { name: 'curves-jsonl-runs', format: 'curves', fixture: 'curves/jsonl-runs', several: true },
  { name: 'generic', format: 'generic', fixture: 'generic/rows.csv', options: { mapping } },
];
