import { add, multiply, rational, whole, type Rational } from '../number.js';

const digits = new Map(Array.from('零一二三四五六七八九').map((c, i) => [c, BigInt(i)] as const).concat([['〇', 0n], ['两', 2n], ['兩', 2n]])); // prettier-ignore
const small = new Map([['十', 10n], ['百', 100n], ['千', 1000n]]); // prettier-ignore
const large = new Map([['万', 10_000n], ['亿', 100_000_000n]]); // prettier-ignore

/** Counting words and units after a Chinese numeral, which do not change its value. */
const counted =
  /(?:个|只|元|块|米|千克|公斤|克|厘米|平方米|人|岁|天|小时|分钟|本|支|棵|页|次|种|名|位|张|条|辆|套|盒|箱|袋|瓶|千米|吨|度)?$/;

/** Numbers in Chinese characters: 二十一, 三分之二, 百分之五, 负一点五. @returns undefined for other words */
export function chineseNumber(text: string): { value: Rational; percent: boolean } | undefined {
  const s = text.trim().replace(counted, '');
  if (s === '' || s.length > 40 || !/^[零〇一二两兩三四五六七八九十百千万亿点分之负第]+$/.test(s)) return undefined;
  const minus = s.startsWith('负');
  const body = s.replace(/^[负第]/, '');
  const [of, part] = body.split('分之') as [string, string | undefined];
  const percent = part !== undefined && of === '百';
  const top = decimal(part ?? of);
  const bottom = part === undefined || percent ? 1n : integer(of);
  if (!top || bottom === undefined || bottom === 0n) return undefined;
  const value = multiply(top, rational(minus ? -1n : 1n, bottom));
  return { value, percent };
}

function decimal(s: string): Rational | undefined {
  const [before, after] = s.split('点') as [string, string | undefined];
  const value = integer(before);
  if (value === undefined || after === undefined) return value === undefined ? undefined : whole(value);
  const places = Array.from(after, (c) => digits.get(c));
  if (places.length === 0 || places.includes(undefined)) return undefined;
  return add(whole(value), rational(BigInt(places.join('')), 10n ** BigInt(places.length)));
}

function integer(s: string): bigint | undefined {
  if (s === '') return undefined;
  if (Array.from(s).every((c) => digits.has(c))) return BigInt(Array.from(s, (c) => digits.get(c)).join(''));
  let [total, section, digit] = [0n, 0n, 0n];
  for (const c of s) {
    if (digits.has(c)) digit = digits.get(c)!;
    else if (small.has(c)) {
      section += (digit === 0n ? 1n : digit) * small.get(c)!;
      digit = 0n;
    } else if (large.has(c)) {
      total = (total + section + digit) * large.get(c)!;
      [section, digit] = [0n, 0n];
    } else return undefined;
  }
  return total + section + digit;
}
