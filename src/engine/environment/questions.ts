/** The questions of an experiment in an order that does not depend on who asks when. */
import type { Experiment, GeneratedData } from '../../experiment/schema.js';
import { Random } from '../random.js';
import { publicTasks } from '../tasks/publicFiles.js';
import type { Demonstration, Task } from '../tasks/task.js';
import { drawDemonstration, drawTask, splitOf, type Split } from '../tasks/taskQuestions.js';

/** Training questions by their place, from 0. */
export interface Questions {
  task(place: number): Task;
  demonstration(place: number): Demonstration;
  /** Of a file: those that training does not see. Generators have their own (`benchmarkTasks`). */
  kept?(split: Exclude<Split, 'train'>, size: number): Task[];
}

/** @throws where the data hold no questions, or the file cannot be read */
export function questionsOf({ data, seed }: Pick<Experiment, 'data' | 'seed'>): Questions {
  if ('generator' in data) return generated(data, seed);
  if ('questions' in data) return ofFile(publicTasks(data.questions, Infinity), data.held_out_fraction, seed, data.questions);
  throw new Error('These data hold no questions: give data.generator or data.questions.');
}

/** Each drawn with a stream of its own. */
const generated = (data: GeneratedData, seed: number): Questions => ({
  task: (place) => drawTask(data, 'train', Random.derive(seed, `question ${place}`)),
  demonstration: (place) => drawDemonstration(data, Random.derive(seed, `question ${place}`)),
});

/** All of them, then all of them in another order, and so on. */
function ofFile(tasks: readonly Task[], heldOut: number, seed: number, file: string): Questions {
  const inSplit = (split: Split): Task[] => tasks.filter((t) => splitOf(t.question, heldOut) === split);
  const train = inSplit('train');
  if (train.length === 0) throw new Error(`${file} leaves no question for training: data.held_out_fraction is ${heldOut}.`);
  const orders = new Map<number, number[]>();
  const order = (epoch: number): number[] => {
    if (!orders.has(epoch)) orders.clear();
    const known = orders.get(epoch) ?? shuffled(train.length, Random.derive(seed, `order ${epoch}`));
    orders.set(epoch, known);
    return known;
  };
  const task = (place: number): Task => train[order(Math.floor(place / train.length))[place % train.length]];
  return {
    task: (place) => task(place),
    demonstration: (place) => ({ question: task(place).question, response: task(place).solution }),
    kept: (split, size) => inSplit(split).slice(0, size),
  };
}

/** Fisher and Yates. */
function shuffled(n: number, random: Random): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
