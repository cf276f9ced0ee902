import type { SuiteName } from '../experiment/benchmarks.js';
import type { EmbeddedExperiment } from '../experiment/schema.js';
import type { Suite } from './evaluate.js';
import { Random } from './random.js';
import { benchmarkTasks, drawDemonstration, type DataSettings, type Split } from './tasks/questions.js';
import { promptTokens, startToken, encode } from './tokenizer.js';

/** Generators of the fixed suites, all five levels. */
const fixed: Record<Exclude<SuiteName, Split>, DataSettings['generator']> = {
  gsm: 'word-problems',
  math: 'math',
  'gsm-zh': 'word-problems-zh',
  'elementary-zh': 'elementary-zh',
  tools: 'tools',
};

/** Where a suite's questions come from: the experiment's own data, or settings of its own that no experiment changes. */
function questionsOf(suite: SuiteName, data: DataSettings): { data: DataSettings; split: Exclude<Split, 'train'> } {
  if (suite === 'held-out' || suite === 'validation') return { data, split: suite };
  return { data: { generator: fixed[suite], levels: [1, 2, 3, 4, 5], held_out_fraction: 0.1, direct_fraction: 0 }, split: 'held-out' };
}

/** The benchmarks of an experiment with their questions. @param warn hears of suites that hold fewer questions than asked for */
export function suitesOf(experiment: EmbeddedExperiment, warn: (message: string) => void): Suite[] {
  return experiment.benchmarks.map(({ suite, size, every, samples, temperature, shots }) => {
    const { data, split } = questionsOf(suite, experiment.data);
    const tasks = benchmarkTasks(data, split, size);
    if (tasks.length < size) warn(`The ${suite} benchmark has ${tasks.length} questions, not ${size}: the levels hold no more.`);
    const examples = workedExamples(data, shots);
    return {
      name: suite,
      every,
      tasks,
      samples,
      temperature,
      shots,
      prompt: ({ question }) => (shots === 0 ? promptTokens(question) : [startToken, ...examples, ...encode(`${question}\n`)]),
    };
  });
}

/** Demonstrations from the training split, the same for every run: question, line break, solution, line break, and again. */
function workedExamples(data: DataSettings, shots: number): number[] {
  const random = Random.derive(0, `worked examples/${data.generator}`);
  return Array.from({ length: shots }, () => {
    const { question, response } = drawDemonstration({ ...data, direct_fraction: 0 }, random);
    return encode(`${question}\n${response}\n`);
  }).flat();
}
