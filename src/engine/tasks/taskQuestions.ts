import { hashFraction } from '../../core/hash.js';
import type { SuiteName } from '../../experiment/benchmarkSuites.js';
import type { Data, GeneratedData } from '../../experiment/data.js';
import { Random } from '../random.js';
import { generators } from './generators.js';
import { generatorLike, publicTasks } from './publicFiles.js';
import { answerLine, type Demonstration, type Level, type Task } from './task.js';

export type DataSettings = GeneratedData;
export type Split = 'train' | 'held-out' | 'validation';

/** Fixed suites: questions of a generator, all levels, whatever the experiment trains on. */
const fixed = {
  gsm: 'word-problems',
  math: 'math',
  'gsm-zh': 'word-problems-zh',
  'elementary-zh': 'elementary-zh',
  tools: 'tools',
} as const satisfies Partial<Record<SuiteName, DataSettings['generator']>>;

/** Share of the questions that the fixed suites are drawn from; no experiment trains on them. */
const fixedFraction = 0.1;

const all = (generator: DataSettings['generator']): DataSettings => ({
  generator,
  levels: [1, 2, 3, 4, 5],
  held_out_fraction: fixedFraction,
  direct_fraction: 0,
});

/**
 * Where a question belongs, by a hash of its text alone: no seed, level or setting but the fraction moves it.
 * Held-out questions measure; validation questions (the same share of the rest) are for choosing settings; training sees neither.
 * @returns undefined for questions of the fixed suites that a small fraction would leave for training
 */
export function splitOf(question: string, heldOutFraction: number): Split | undefined {
  const place = hashFraction(`held-out:${question}`);
  if (place < heldOutFraction) return 'held-out';
  if (place < fixedFraction) return undefined;
  return hashFraction(`validation:${question}`) < heldOutFraction ? 'validation' : 'train';
}

/** What a method that asks questions draws them from. */
export function questionsIn(data: Data): DataSettings {
  if ('generator' in data) return data;
  throw new Error('A mixture of texts holds no questions: name a data.generator.');
}

/** So many draws in a row without a new question of the split mean that there is none. */
const patience = 20_000;

/** Draws a task of one split, level first, each level equally often. */
export function drawTask(data: DataSettings, split: Split, random: Random): Task {
  const task = drawNew(data, split, random, () => true);
  if (!task) throw noneLeft(data, split);
  return task;
}

/** Draws a training task with its worked solution, or (a share of them) with the answer alone. */
export function drawDemonstration(data: DataSettings, random: Random): Demonstration {
  const task = drawTask(data, 'train', random);
  return { question: task.question, response: random.next() < data.direct_fraction ? answerLine(task) : task.solution };
}

/** What a benchmark's questions are drawn from: `data`, or for a fixed suite or a file the generator that is like it. */
export function likeBenchmark(data: Data, benchmark: Source): DataSettings {
  if ('file' in benchmark) return all(generatorLike(benchmark.file) ?? ('generator' in data ? data.generator : fixed.gsm));
  const { suite } = benchmark;
  return suite === 'held-out' || suite === 'validation' ? questionsIn(data) : all(fixed[suite]);
}

type Source = { suite: SuiteName } | { file: string };

/**
 * The questions of a benchmark: distinct, and the same for every run and seed (with these data settings, where it is of the
 * experiment's own generator), so that their accuracies compare.
 * @returns `size` tasks, or fewer (but at least one) when the levels or the file hold no more
 * @throws Error when there are none, or the file is broken
 */
export function benchmarkTasks(data: Data, benchmark: Source & { size: number }): Task[] {
  const { size } = benchmark;
  if ('file' in benchmark) return publicTasks(benchmark.file, size);
  const split = benchmark.suite === 'validation' ? 'validation' : 'held-out';
  const settings = likeBenchmark(data, benchmark);
  const levels = settings.levels.toSorted((a, b) => a - b);
  const random = Random.derive(0, `${split}/${settings.generator}/${levels.join()}`);
  const tasks = new Map<string, Task>();
  while (tasks.size < size) {
    const task = drawNew({ ...settings, levels }, split, random, (t) => !tasks.has(t.question));
    if (!task) break;
    tasks.set(task.question, task);
  }
  if (tasks.size === 0) throw noneLeft(settings, split);
  return [...tasks.values()];
}

const noneLeft = (data: DataSettings, split: Split): Error =>
  new Error(
    `${patience} draws of ${data.generator} gave no ${split} question: data.held_out_fraction ${data.held_out_fraction} leaves none. Choose a value nearer to 0.1.`,
  );

function drawNew(data: DataSettings, split: Split, random: Random, isNew: (task: Task) => boolean): Task | undefined {
  for (let i = 0; i < patience; i++) {
    const task = generators[data.generator](random.pick(data.levels) as Level, random);
    if (splitOf(task.question, data.held_out_fraction) === split && isNew(task)) return task;
  }
  return undefined;
}
