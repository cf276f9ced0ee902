import type { Random } from '../random.js';
import { answerLine, type Level, type TaskGenerator } from './task.js';

/** A question, a Python program that prints its answer, and what that is. */
interface Posed {
  question: string;
  program: string;
  answer: bigint | number;
}

interface Kind {
  kind: string;
  pose: (r: Random) => Posed;
}

const product: Kind = {
  kind: 'long product',
  pose(r) {
    const [a, b] = [r.integer(102, 999), r.integer(102, 999)];
    return { question: `${a}*${b}=?`, program: `print(${a}*${b})`, answer: a * b };
  },
};

const terms: Kind = {
  kind: 'long terms',
  pose(r) {
    const [a, b, c, d] = [r.integer(1001, 9999), r.integer(102, 999), r.integer(102, 999), r.integer(102, 999)];
    return { question: `${a}*${b}+${c}*${d}=?`, program: `print(${a}*${b}+${c}*${d})`, answer: a * b + c * d };
  },
};

const powerRest: Kind = {
  kind: 'remainder of a large power',
  pose(r) {
    const [base, exponent, modulus] = [r.integer(2, 99), r.integer(20, 999), r.integer(11, 997)];
    return {
      question: `What is the remainder of ${base}^${exponent} divided by ${modulus}?`,
      program: `print(pow(${base},${exponent},${modulus}))`,
      answer: BigInt(base) ** BigInt(exponent) % BigInt(modulus),
    };
  },
};

const greatestDivisor: Kind = {
  kind: 'greatest common divisor of large numbers',
  pose(r) {
    const common = r.integer(11, 199);
    const [a, b] = [common * r.integer(101, 999), common * r.integer(101, 999)];
    let [x, y] = [a, b];
    while (y > 0) [x, y] = [y, x % y];
    return {
      question: `What is the greatest common divisor of ${a} and ${b}?`,
      program: `import math\nprint(math.gcd(${a},${b}))`,
      answer: x,
    };
  },
};

const squares: Kind = {
  kind: 'sum of powers',
  pose(r) {
    const [n, power] = [r.integer(20, 300), r.integer(2, 4)];
    let sum = 0n;
    for (let i = 1n; i <= BigInt(n); i++) sum += i ** BigInt(power);
    return {
      question: `What is 1^${power}+2^${power}+...+${n}^${power}?`,
      program: `print(sum(i**${power} for i in range(1,${n + 1})))`,
      answer: sum,
    };
  },
};

const multiples: Kind = {
  kind: 'sum of multiples',
  pose(r) {
    const [n, a, b] = [r.integer(100, 5000), r.integer(3, 9), r.integer(10, 19)];
    let sum = 0;
    for (let i = 1; i <= n; i++) if (i % a === 0 || i % b === 0) sum += i;
    return {
      question: `What is the sum of the numbers from 1 to ${n} that are multiples of ${a} or of ${b}?`,
      program: `s=0\nfor i in range(1,${n + 1}):\n  if i%${a}==0 or i%${b}==0:\n    s+=i\nprint(s)`,
      answer: sum,
    };
  },
};

const digits: Kind = {
  kind: 'sum of digits',
  pose(r) {
    const [base, exponent] = [r.integer(2, 19), r.integer(20, 200)];
    const sum = Array.from(String(BigInt(base) ** BigInt(exponent)), Number).reduce((a, b) => a + b);
    return {
      question: `What is the sum of the digits of ${base}^${exponent}?`,
      program: `print(sum(int(c) for c in str(${base}**${exponent})))`,
      answer: sum,
    };
  },
};

const primes: Kind = {
  kind: 'number of primes',
  pose(r) {
    const low = r.integer(10, 900);
    const high = low + r.integer(50, 600);
    const isPrime = (n: number): boolean => {
      for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
      return true;
    };
    let count = 0;
    for (let n = low; n <= high; n++) if (isPrime(n)) count++;
    return {
      question: `How many primes are there from ${low} to ${high}?`,
      program: `k=0\nfor n in range(${low},${high + 1}):\n  if all(n%d for d in range(2,n)):\n    k+=1\nprint(k)`,
      answer: count,
    };
  },
};

const sequence: Kind = {
  kind: 'member of a sequence',
  pose(r) {
    const [first, second, n] = [r.integer(1, 9), r.integer(1, 9), r.integer(15, 60)];
    let [a, b] = [BigInt(first), BigInt(second)];
    for (let i = 1; i < n; i++) [a, b] = [b, a + b];
    return {
      question: `A sequence begins ${first}, ${second}, and each number is the sum of the two before it. What is number ${n}?`,
      program: `a,b=${first},${second}\nfor i in range(${n - 1}):\n  a,b=b,a+b\nprint(a)`,
      answer: a,
    };
  },
};

const levels: Record<Level, readonly Kind[]> = {
  1: [product],
  2: [terms],
  3: [powerRest, greatestDivisor],
  4: [squares, multiples],
  5: [digits, primes, sequence],
};

/** A program, what it printed, and the answer: how a solution with tools looks. */
export const toolSolution = (program: string, output: string): string =>
  `\`\`\`python\n${program}\n\`\`\`\n\`\`\`output\n${output}\n\`\`\`\n`;

/** Questions that nobody works out by head; the solution has Python do it. Longer products at first, loops at last. */
export const tools: TaskGenerator = (level, random) => {
  const { kind, pose } = random.pick(levels[level]);
  const { question, program, answer: value } = pose(random);
  const answer = String(value);
  return {
    question,
    solution: toolSolution(program, answer) + answerLine({ answer }),
    answer,
    level,
    kind,
    convention: 'tool',
    tools: true,
  };
};
