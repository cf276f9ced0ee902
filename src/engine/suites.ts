import { benchmarkName, type Benchmark } from '../experiment/benchmarkSuites.js';
import type { EmbeddedExperiment } from '../experiment/schema.js';
import type { Corpus } from './corpus/corpus.js';
import type { DocumentSuite } from './corpus/heldOut.js';
import type { Suite } from './evaluateSuite.js';
import { needed } from './methods/method.js';
import { Random } from './random.js';
import { fewShotPrompt } from './tasks/fewShot.js';
import { benchmarkTasks, drawDemonstration, likeBenchmark } from './tasks/taskQuestions.js';
import { promptTokens } from './tokenizer.js';

/**
 * The benchmarks of an experiment with their questions. What a mixture of texts keeps out of training are documents.
 * @param warn hears of suites that hold fewer than asked for
 */
export function suitesOf(
  { benchmarks, data }: EmbeddedExperiment,
  corpus: Corpus | undefined,
  warn: (message: string) => void,
): (Suite | DocumentSuite)[] {
  return benchmarks.map((benchmark) => {
    if (!('generator' in data) && 'suite' in benchmark && (benchmark.suite === 'held-out' || benchmark.suite === 'validation'))
      return documentSuite(benchmark.suite, benchmark, needed(corpus, 'mixture of texts'), warn);
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

function documentSuite(
  name: DocumentSuite['name'],
  { size, every }: Benchmark,
  corpus: Corpus,
  warn: (message: string) => void,
): DocumentSuite {
  const sources = corpus.heldOut(name, size);
  for (const source of sources) {
    if (source.documents < size)
      warn(`The ${name} benchmark has ${source.documents} documents of ${source.name}, not ${size}: there are no more.`);
  }
  return { name, every, sources };
}
