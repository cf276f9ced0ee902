import type { Random } from '../random.js';
import { answerLine, withChineseSigns, worked, type Level, type Task, type TaskGenerator } from './task.js';

const convention = 'cmath';

type Exercise = Pick<Task, 'question' | 'solution' | 'answer'>;
interface Kind {
  kind: string;
  pose: (r: Random) => Exercise;
}

/** A sum to work out, as it stands or told in words. */
function exercise(expression: string, question = `计算：${withChineseSigns(expression)}=？`): Exercise {
  return { question, ...worked(expression, [expression], convention) };
}

const within20: Kind = {
  kind: 'within 20',
  pose(r) {
    const a = r.integer(2, 18);
    if (r.next() < 0.5) return exercise(`${a}+${r.integer(1, 20 - a)}`);
    return exercise(`${a}-${r.integer(1, a)}`);
  },
};

const queue: Kind = {
  kind: 'more or fewer',
  pose(r) {
    const [a, b] = [r.integer(5, 60), r.integer(2, 39)];
    const more = r.next() < 0.5 || b >= a;
    return exercise(`${a}${more ? '+' : '-'}${b}`, `红花有${a}朵，黄花比红花${more ? '多' : '少'}${b}朵。黄花有多少朵？`);
  },
};

const table: Kind = {
  kind: 'multiplication table',
  pose(r) {
    const [a, b, c] = [r.integer(2, 9), r.integer(2, 9), r.integer(1, 30)];
    if (r.next() < 0.5) return exercise(`${a}*${b}+${c}`);
    return exercise(`${a * b}/${b}+${c}`);
  },
};

const times: Kind = {
  kind: 'so many times',
  pose(r) {
    const [a, b] = [r.integer(3, 29), r.integer(2, 9)];
    return exercise(`${a}*${b}`, `白兔有${a}只，灰兔的只数是白兔的${b}倍。灰兔有多少只？`);
  },
};

const rectangle: Kind = {
  kind: 'rectangle',
  pose(r) {
    const [a, b] = [r.integer(5, 40), r.integer(2, 19)];
    if (r.next() < 0.5) return exercise(`(${a}+${b})*2`, `长方形的长是${a}米，宽是${b}米。周长是多少米？`);
    return exercise(`${a}*${b}`, `长方形的长是${a}米，宽是${b}米。面积是多少平方米？`);
  },
};

const twoDigits: Kind = {
  kind: 'two digits by one',
  pose: (r) => exercise(`${r.integer(11, 99)}*${r.integer(3, 9)}+${r.integer(11, 99)}`),
};

const brackets: Kind = {
  kind: 'brackets',
  pose: (r) => exercise(`(${r.integer(101, 499)}+${r.integer(11, 299)})*${r.integer(2, 9)}`),
};

const journey: Kind = {
  kind: 'journey',
  pose(r) {
    const [speed, hours, rest] = [r.integer(31, 89), r.integer(2, 9), r.integer(11, 99)];
    return exercise(`${speed}*${hours}+${rest}`, `汽车每小时行${speed}千米，行了${hours}小时，离终点还有${rest}千米。全程是多少千米？`);
  },
};

/** A number of hundredths as people write it: 345 → 3.45, 340 → 3.4, 300 → 3. */
export const decimal = (hundredths: number): string => String(hundredths / 100);

const decimals: Kind = {
  kind: 'decimals',
  pose(r) {
    const [a, b] = [r.integer(101, 999), r.integer(11, 999)];
    const [high, low] = [Math.max(a, b), Math.min(a, b)];
    const plus = r.next() < 0.5;
    const [expression, sum] = plus ? [`${decimal(a)}+${decimal(b)}`, a + b] : [`${decimal(high)}-${decimal(low)}`, high - low];
    const inHundredths = plus ? `${a}+${b}` : `${high}-${low}`;
    const answer = decimal(sum);
    return {
      question: `计算：${expression}=？`,
      solution: `${inHundredths}=${sum}，${sum}÷100=${answer}。${answerLine({ answer, convention })}`,
      answer,
    };
  },
};

const price: Kind = {
  kind: 'price',
  pose(r) {
    const [tenths, count] = [r.integer(11, 99), r.integer(2, 9)];
    const [each, all] = [decimal(10 * tenths), tenths * count];
    const answer = decimal(10 * all);
    return {
      question: `一支铅笔${each}元，买${count}支要多少元？`,
      solution: `${tenths}×${count}=${all}，${all}÷10=${answer}。${answerLine({ answer, convention })}`,
      answer,
    };
  },
};

const average: Kind = {
  kind: 'average',
  pose(r) {
    const mean = r.integer(20, 60);
    const [up, down] = [r.integer(1, 15), r.integer(1, 15)];
    const [a, b, c] = [mean + up, mean - down, mean - up + down];
    return exercise(`(${a}+${b}+${c})/3`, `三个数是${a}、${b}、${c}。它们的平均数是多少？`);
  },
};

const levels: Record<Level, readonly Kind[]> = {
  1: [within20, queue],
  2: [table, times],
  3: [rectangle, twoDigits],
  4: [brackets, journey],
  5: [decimals, price, average],
};

/** Exercises of Chinese elementary schools; the level is the grade. */
export const elementaryZh: TaskGenerator = (level, random) => {
  const { kind, pose } = random.pick(levels[level]);
  return { ...pose(random), level, kind, convention };
};
