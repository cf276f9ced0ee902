import type { EmbeddedExperiment } from '../experiment/schema.js';
import type { Suite } from './evaluate.js';
import { Random } from './random.js';
import { benchmarkTasks, drawDemonstration, type DataSettings } from './tasks/questions.js';
import { promptTokens, startToken, encode } from './tokenizer.js';

/** The benchmarks of an experiment with their questions. @param warn hears of suites that hold fewer questions than asked for */
export function suitesOf({ benchmarks, data }: EmbeddedExperiment, warn: (message: string) => void): Suite[] {
  return benchmarks.map(({ suite, size, every, samples, temperature, shots }) => {
    const tasks = benchmarkTasks(data, suite, size);
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
