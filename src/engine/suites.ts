import { benchmarkName } from '../experiment/benchmarks.js';
import type { EmbeddedExperiment } from '../experiment/schema.js';
import type { Suite } from './evaluate.js';
import { Random } from './random.js';
import { fewShotPrompt } from './tasks/fewShot.js';
import { benchmarkTasks, drawDemonstration, likeBenchmark } from './tasks/questions.js';
import { promptTokens } from './tokenizer.js';

/** The benchmarks of an experiment with their questions. @param warn hears of suites that hold fewer questions than asked for */
export function suitesOf({ benchmarks, data }: EmbeddedExperiment, warn: (message: string) => void): Suite[] {
  return benchmarks.map((benchmark) => {
    const { size, every, samples, temperature, shots } = benchmark;
    const name = benchmarkName(benchmark);
    const tasks = benchmarkTasks(data, benchmark);
    if (tasks.length < size) warn(`The ${name} benchmark has ${tasks.length} questions, not ${size}: there are no more.`);
    const like = { ...likeBenchmark(data, benchmark), direct_fraction: 0 };
    // Of the training split, and the same for every run.
    const random = Random.derive(0, `worked examples/${like.generator}`);
    const examples = Array.from({ length: shots }, () => drawDemonstration(like, random));
    return { name, every, tasks, samples, temperature, shots, prompt: ({ question }) => promptTokens(fewShotPrompt(examples, question)) };
  });
}
