import type { Random } from '../random.js';
import { worked, type Level, type TaskGenerator } from './task.js';

const names = ['小明', '小红', '小华', '小丽', '小刚', '小东'];
/** Things with their measure words. */
const things = [
  ['苹果', '个'],
  ['鸡蛋', '个'],
  ['铅笔', '支'],
  ['书', '本'],
  ['糖', '颗'],
  ['卡片', '张'],
] as const;
const boxes = ['袋', '盒', '箱'];

/** A story about one person and `n` of one kind of thing, counted as `n(5)` = 5个, and the expression that answers it. */
interface Story {
  kind: string;
  tell: (r: Random, who: string, what: string, n: (count: number | '几' | '多少') => string) => { question: string; expression: string };
}

const buys: Story = {
  kind: 'buys',
  tell(r, who, what, n) {
    const [a, b] = [r.integer(11, 99), r.integer(2, 99)];
    return { question: `${who}有${n(a)}${what}，又买了${n(b)}。现在一共有${n('多少')}${what}？`, expression: `${a}+${b}` };
  },
};

const gives: Story = {
  kind: 'gives',
  tell(r, who, what, n) {
    const a = r.integer(21, 99);
    const b = r.integer(2, a - 1);
    return { question: `${who}有${n(a)}${what}，送给朋友${n(b)}。还剩${n('多少')}${what}？`, expression: `${a}-${b}` };
  },
};

const packs: Story = {
  kind: 'packs',
  tell(r, who, what, n) {
    const [count, each, box] = [r.integer(2, 9), r.integer(11, 99), r.pick(boxes)];
    return { question: `${who}有${count}${box}${what}，每${box}${n(each)}。一共有${n('多少')}${what}？`, expression: `${each}*${count}` };
  },
};

const shares: Story = {
  kind: 'shares',
  tell(r, who, what, n) {
    const [each, friends] = [r.integer(3, 24), r.integer(2, 9)];
    const all = each * friends;
    return { question: `${who}把${n(all)}${what}平均分给${friends}个朋友。每人分到${n('几')}？`, expression: `${all}/${friends}` };
  },
};

const buysPacks: Story = {
  kind: 'buys packs',
  tell(r, who, what, n) {
    const [a, count, each, box] = [r.integer(11, 99), r.integer(2, 9), r.integer(3, 24), r.pick(boxes)];
    return {
      question: `${who}有${n(a)}${what}，又买了${count}${box}，每${box}${n(each)}。现在一共有${n('多少')}${what}？`,
      expression: `${a}+${each}*${count}`,
    };
  },
};

const sells: Story = {
  kind: 'sells',
  tell(r, who, what, n) {
    const [count, each, box] = [r.integer(2, 9), r.integer(11, 49), r.pick(boxes)];
    const sold = r.integer(2, Math.min(99, count * each - 1));
    return {
      question: `${who}有${count}${box}${what}，每${box}${n(each)}，卖了${n(sold)}。还剩${n('多少')}${what}？`,
      expression: `${each}*${count}-${sold}`,
    };
  },
};

const sharesRest: Story = {
  kind: 'shares the rest',
  tell(r, who, what, n) {
    const [each, friends, kept] = [r.integer(3, 24), r.integer(2, 9), r.integer(2, 29)];
    const all = each * friends + kept;
    return {
      question: `${who}有${n(all)}${what}，自己留下${n(kept)}，剩下的平均分给${friends}个朋友。每人分到${n('几')}？`,
      expression: `(${all}-${kept})/${friends}`,
    };
  },
};

const twoKinds: Story = {
  kind: 'two kinds of packs',
  tell(r, who, what, n) {
    const [a, b, c, d, box] = [r.integer(2, 9), r.integer(11, 49), r.integer(2, 9), r.integer(11, 49), r.pick(boxes)];
    return {
      question: `${who}有${a}大${box}${what}，每${box}${n(b)}，还有${c}小${box}，每${box}${n(d)}。一共有${n('多少')}${what}？`,
      expression: `${b}*${a}+${d}*${c}`,
    };
  },
};

const buysAndSells: Story = {
  kind: 'buys and sells',
  tell(r, who, what, n) {
    const [a, count, each, box] = [r.integer(11, 99), r.integer(3, 9), r.integer(11, 49), r.pick(boxes)];
    const sold = r.integer(11, Math.min(99, a + count * each - 1));
    return {
      question: `${who}有${n(a)}${what}，又买了${count}${box}，每${box}${n(each)}，卖了${n(sold)}。还剩${n('多少')}${what}？`,
      expression: `${a}+${each}*${count}-${sold}`,
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

/** The stories of `word-problems` in Chinese: one operation (levels 1 and 2) to three (level 5). */
export const wordProblemsZh: TaskGenerator = (level, random) => {
  const { kind, tell } = random.pick(levels[level]);
  const [what, measure] = random.pick(things);
  const { question, expression } = tell(random, random.pick(names), what, (n) => `${n}${measure}`);
  return { question, level, kind, ...worked(expression, [expression], 'mgsm-zh') };
};
