import type { Random } from '../random.js';
import { worked, type Level, type TaskGenerator } from './task.js';

const names = ['Tom', 'Mia', 'Sam', 'Ana', 'Ben', 'Eve', 'Leo', 'Zoe', 'Jan', 'Max'];
const things = ['apples', 'pens', 'books', 'coins', 'eggs', 'cards', 'stamps', 'shells'];
const boxes = ['bags', 'boxes', 'packs', 'jars'];

/** A story about one person and one kind of thing, and the expression that answers it. */
interface Story {
  kind: string;
  tell: (r: Random, who: string, what: string) => { question: string; expression: string };
}

const buys: Story = {
  kind: 'buys',
  tell(r, who, what) {
    const [a, b] = [r.integer(11, 99), r.integer(2, 99)];
    return { question: `${who} has ${a} ${what} and buys ${b} more. How many ${what} now?`, expression: `${a}+${b}` };
  },
};

const gives: Story = {
  kind: 'gives',
  tell(r, who, what) {
    const a = r.integer(21, 99);
    const b = r.integer(2, a - 1);
    return { question: `${who} has ${a} ${what} and gives ${b} away. How many ${what} are left?`, expression: `${a}-${b}` };
  },
};

const packs: Story = {
  kind: 'packs',
  tell(r, who, what) {
    const [n, each] = [r.integer(2, 9), r.integer(11, 99)];
    return { question: `${who} has ${n} ${r.pick(boxes)} of ${each} ${what}. How many ${what} in all?`, expression: `${each}*${n}` };
  },
};

const shares: Story = {
  kind: 'shares',
  tell(r, who, what) {
    const [each, friends] = [r.integer(3, 24), r.integer(2, 9)];
    const all = each * friends;
    return {
      question: `${who} shares ${all} ${what} among ${friends} friends. How many ${what} for each?`,
      expression: `${all}/${friends}`,
    };
  },
};

const buysPacks: Story = {
  kind: 'buys packs',
  tell(r, who, what) {
    const [a, n, each] = [r.integer(11, 99), r.integer(2, 9), r.integer(3, 24)];
    return {
      question: `${who} has ${a} ${what} and buys ${n} ${r.pick(boxes)} of ${each}. How many ${what} now?`,
      expression: `${a}+${each}*${n}`,
    };
  },
};

const sells: Story = {
  kind: 'sells',
  tell(r, who, what) {
    const [n, each] = [r.integer(2, 9), r.integer(11, 49)];
    const sold = r.integer(2, Math.min(99, n * each - 1));
    return {
      question: `${who} has ${n} ${r.pick(boxes)} of ${each} ${what} and sells ${sold}. How many ${what} are left?`,
      expression: `${each}*${n}-${sold}`,
    };
  },
};

const sharesRest: Story = {
  kind: 'shares the rest',
  tell(r, who, what) {
    const [each, friends, kept] = [r.integer(3, 24), r.integer(2, 9), r.integer(2, 29)];
    const all = each * friends + kept;
    return {
      question: `${who} has ${all} ${what}, keeps ${kept} and shares the rest among ${friends} friends. How many ${what} for each?`,
      expression: `(${all}-${kept})/${friends}`,
    };
  },
};

const twoKinds: Story = {
  kind: 'two kinds of packs',
  tell(r, who, what) {
    const [a, b, c, d] = [r.integer(2, 9), r.integer(11, 49), r.integer(2, 9), r.integer(11, 49)];
    const box = r.pick(boxes);
    return {
      question: `${who} has ${a} ${box} of ${b} ${what} and ${c} ${box} of ${d}. How many ${what} in all?`,
      expression: `${b}*${a}+${d}*${c}`,
    };
  },
};

const buysAndSells: Story = {
  kind: 'buys and sells',
  tell(r, who, what) {
    const [a, n, each] = [r.integer(11, 99), r.integer(3, 9), r.integer(11, 49)];
    const sold = r.integer(11, Math.min(99, a + n * each - 1));
    return {
      question: `${who} has ${a} ${what}, buys ${n} ${r.pick(boxes)} of ${each} and sells ${sold}. How many ${what} are left?`,
      expression: `${a}+${each}*${n}-${sold}`,
    };
  },
};

const levels: Record<Level, readonly Story[]> = {
  1: [buys, gives],
  2: [packs, shares],
  3: [buysPacks, sells],
  4: [sharesRest, twoKinds],
  5: [buysAndSells],
};

/** Short stories that take one operation (levels 1 and 2) to three (level 5). */
export const wordProblems: TaskGenerator = (level, random) => {
  const { kind, tell } = random.pick(levels[level]);
  const { question, expression } = tell(random, random.pick(names), random.pick(things));
  return { question, level, kind, ...worked(expression, [expression]) };
};
