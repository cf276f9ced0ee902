import { frac, reduced, reducing, times } from './latex.js';
import type { Kind, Subject } from './problem.js';

const colours = ['red', 'blue', 'green', 'white', 'black'];
const things = ['books', 'pens', 'cards', 'coins', 'stamps', 'shells'];

/** Two different ones. */
function twoColours(r: { integer: (low: number, high: number) => number }): [string, string] {
  const first = r.integer(0, colours.length - 1);
  return [colours[first], colours[(first + r.integer(1, colours.length - 1)) % colours.length]];
}

const pairs: Kind = {
  kind: 'one of each',
  pose(r) {
    const [a, b] = [r.integer(2, 19), r.integer(2, 12)];
    const [first, second] = [r.pick(['soups', 'shirts', 'books']), r.pick(['cakes', 'hats', 'pens'])];
    return {
      question: `There are $${a}$ ${first} and $${b}$ ${second}. In how many ways can one of each be chosen?`,
      steps: `$${a}${times}${b}=${a * b}$.`,
      answer: String(a * b),
    };
  },
};

const oneBall: Kind = {
  kind: 'probability of a draw',
  pose(r) {
    const [a, b, [first, second]] = [r.integer(1, 15), r.integer(1, 15), twoColours(r)];
    return {
      question: `A bag has $${a}$ ${first} and $${b}$ ${second} balls. One ball is drawn. What is the probability that it is ${first}?`,
      steps: `There are $${a}+${b}=${a + b}$ balls, so it is $${reducing(a, a + b)}$.`,
      answer: reduced(a, a + b),
    };
  },
};

const offices: Kind = {
  kind: 'different offices',
  pose(r) {
    const [n, k] = [r.integer(5, 20), r.integer(2, 3)];
    const counts = Array.from({ length: k }, (_, i) => n - i);
    const product = counts.reduce((a, b) => a * b);
    return {
      question: `In how many ways can $${k}$ different prizes go to $${k}$ of $${n}$ ${r.pick(['children', 'players', 'friends'])}?`,
      steps: `$${counts.join(times)}=${product}$.`,
      answer: String(product),
    };
  },
};

const choices: Kind = {
  kind: 'combinations',
  pose(r) {
    const k = r.integer(2, 3);
    const n = r.integer(k + 2, 12);
    const top = k === 2 ? [n, n - 1] : [n, n - 1, n - 2];
    const [product, orders] = [top.reduce((a, b) => a * b), k === 2 ? 2 : 6];
    return {
      question: `In how many ways can $${k}$ of $${n}$ ${r.pick(things)} be chosen?`,
      steps: `$\\binom{${n}}{${k}}=\\frac{${top.join(times)}}{${orders}}=${reducing(product, orders)}$.`,
      answer: String(product / orders),
    };
  },
};

const twoBalls: Kind = {
  kind: 'probability of two draws',
  pose(r) {
    const [a, b, [first, second]] = [r.integer(2, 10), r.integer(1, 10), twoColours(r)];
    const n = a + b;
    return {
      question: `A bag has $${a}$ ${first} and $${b}$ ${second} balls. Two balls are drawn without replacement. What is the probability that both are ${first}?`,
      steps: `$${frac(a, n)}${times}${frac(a - 1, n - 1)}=${reducing(a * (a - 1), n * (n - 1))}$.`,
      answer: reduced(a * (a - 1), n * (n - 1)),
    };
  },
};

export const counting: Subject = {
  type: 'Counting & Probability',
  levels: { 1: [pairs], 2: [oneBall], 3: [offices], 4: [choices], 5: [twoBalls] },
};
