import type { Random } from '../random.js';
import { add, divide, multiply, subtract, worked, type Level, type Task, type TaskGenerator, type Worked } from './task.js';

const names = ['Tom', 'Mia', 'Sam', 'Ana', 'Ben', 'Eve', 'Leo', 'Zoe', 'Jan', 'Max'];
const things = ['apples', 'pens', 'books', 'coins', 'eggs', 'cards', 'stamps', 'shells'];
const boxes = ['bags', 'boxes', 'packs', 'jars'];

/** A story about one person and one kind of thing. */
type Story = (r: Random, who: string, what: string) => { kind: string; question: string; steps: Worked[] };

const buys: Story = (r, who, what) => {
  const [a, b] = [r.integer(11, 99), r.integer(11, 99)];
  return { kind: 'buys', question: `${who} has ${a} ${what} and buys ${b} more. How many ${what} now?`, steps: [add(a, b)] };
};

const gives: Story = (r, who, what) => {
  const a = r.integer(21, 99);
  const b = r.integer(2, a - 1);
  return { kind: 'gives', question: `${who} has ${a} ${what} and gives ${b} away. How many ${what} are left?`, steps: [subtract(a, b)] };
};

const packs: Story = (r, who, what) => {
  const [a, b] = [r.integer(11, 99), r.integer(2, 9)];
  return { kind: 'packs', question: `${who} has ${b} ${r.pick(boxes)} of ${a} ${what}. How many ${what} in all?`, steps: [multiply(a, b)] };
};

const shares: Story = (r, who, what) => {
  const [each, friends] = [r.integer(3, 24), r.integer(2, 9)];
  return {
    kind: 'shares',
    question: `${who} shares ${each * friends} ${what} among ${friends} friends. How many ${what} for each?`,
    steps: [divide(each * friends, friends)],
  };
};

const buysPacks: Story = (r, who, what) => {
  const [a, b, c] = [r.integer(11, 99), r.integer(2, 9), r.integer(3, 24)];
  const bought = multiply(c, b);
  return {
    kind: 'buys packs',
    question: `${who} has ${a} ${what} and buys ${b} ${r.pick(boxes)} of ${c}. How many ${what} now?`,
    steps: [bought, add(a, bought.value)],
  };
};

const sells: Story = (r, who, what) => {
  const [b, c] = [r.integer(2, 9), r.integer(11, 49)];
  const all = multiply(c, b);
  const sold = r.integer(2, Math.min(99, all.value - 1));
  return {
    kind: 'sells',
    question: `${who} has ${b} ${r.pick(boxes)} of ${c} ${what} and sells ${sold}. How many ${what} are left?`,
    steps: [all, subtract(all.value, sold)],
  };
};

const sharesRest: Story = (r, who, what) => {
  const [each, friends, kept] = [r.integer(3, 24), r.integer(2, 9), r.integer(2, 29)];
  const rest = subtract(each * friends + kept, kept);
  return {
    kind: 'shares the rest',
    question: `${who} has ${each * friends + kept} ${what}, keeps ${kept} and shares the rest among ${friends} friends. How many ${what} for each?`,
    steps: [rest, divide(rest.value, friends)],
  };
};

const twoKinds: Story = (r, who, what) => {
  const [a, b, c, d] = [r.integer(2, 9), r.integer(11, 49), r.integer(2, 9), r.integer(11, 49)];
  const [first, second] = [multiply(b, a), multiply(d, c)];
  const box = r.pick(boxes);
  return {
    kind: 'two kinds of packs',
    question: `${who} has ${a} ${box} of ${b} ${what} and ${c} ${box} of ${d}. How many ${what} in all?`,
    steps: [first, second, add(first.value, second.value)],
  };
};

const sellsPacks: Story = (r, who, what) => {
  const [a, b, c] = [r.integer(11, 99), r.integer(3, 9), r.integer(11, 49)];
  const all = multiply(c, b);
  const total = add(a, all.value);
  const sold = r.integer(11, Math.min(99, total.value - 1));
  return {
    kind: 'buys and sells',
    question: `${who} has ${a} ${what}, buys ${b} ${r.pick(boxes)} of ${c} and sells ${sold}. How many ${what} are left?`,
    steps: [all, total, subtract(total.value, sold)],
  };
};

const levels: Record<Level, readonly Story[]> = {
  1: [buys, gives],
  2: [packs, shares],
  3: [buysPacks, sells],
  4: [sharesRest, twoKinds],
  5: [sellsPacks],
};

/** Short stories with one step (levels 1 and 2) to three steps (level 5). */
export const wordProblems: TaskGenerator = (level, random): Task => {
  const story = random.pick(levels[level]);
  const { kind, question, steps } = story(random, random.pick(names), random.pick(things));
  return { question, level, kind, ...worked(steps) };
};
