import { hashFraction } from '../../core/hash.js';
import type { GeneratedData } from '../../experiment/schema.js';
import { Random } from '../random.js';
import { generators } from './generators.js';
import { answerLine, type Demonstration, type Level, type Task } from './task.js';

export type DataSettings = GeneratedData;
export type Split = 'train' | 'held-out' | 'validation';

/**
 * Where a question belongs, by a hash of its text alone: no seed, level or setting but the fraction moves it.
 * Held-out questions measure; validation questions (the same share of the rest) are for choosing settings; training sees neither.
 */
export function splitOf(question: string, heldOutFraction: number): Split {
  if (hashFraction(`held-out:${question}`) < heldOutFraction) return 'held-out';
  return hashFraction(`validation:${question}`) < heldOutFraction ? 'validation' : 'train';
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

/**
 * The questions of a benchmark: distinct, and the same for every run and seed with these data settings, so that their accuracies compare.
 * @returns `size` tasks, or fewer (but at least one) when the levels hold no more
 */
export function benchmarkTasks(data: DataSettings, split: Exclude<Split, 'train'>, size: number): Task[] {
  const levels = data.levels.toSorted((a, b) => a - b);
  const random = Random.derive(0, `${split}/${data.generator}/${levels.join()}`);
  const tasks = new Map<string, Task>();
  while (tasks.size < size) {
    const task = drawNew({ ...data, levels }, split, random, (t) => !tasks.has(t.question));
    if (!task) break;
    tasks.set(task.question, task);
  }
  if (tasks.size === 0) throw noneLeft(data, split);
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
