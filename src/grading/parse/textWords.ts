/** Answers in words that mean the same. */
const same: Record<string, string> = {
  true: 'yes', correct: 'yes', false: 'no', incorrect: 'no', 是: 'yes', 对: 'yes', 正确: 'yes', 否: 'no', 不是: 'no', 错: 'no', 错误: 'no', 不对: 'no',
  'no solution': 'none', 'no solutions': 'none', 'no real solution': 'none', 'no real solutions': 'none', 无解: 'none', 'does not exist': 'none', dne: 'none',
  'infinitely many solutions': 'infinitely many', 'infinite solutions': 'infinitely many', infinite: 'infinitely many', 'infinite number of solutions': 'infinitely many', 无数解: 'infinitely many', 无穷多解: 'infinitely many',
  'all real numbers': 'reals', 'all reals': 'reals', 全体实数: 'reals',
}; // prettier-ignore

const synonyms = new Map(Object.entries(same));

/** Words as they compare: lower case (single letters keep theirs), one space between, no punctuation around. */
export function normalText(text: string): string {
  const plain = text.replace(/\\[a-zA-Z]+\s*|[{}$]/g, ' ').replace(/[\s~]+/g, ' ');
  const bare = between(plain);
  return bare.length <= 1 ? bare : canonicalWord(bare);
}

const around = ' .,;:!?()\'"-';

/** Without punctuation around; loops, since a pattern that ends in $ is quadratic on long runs. */
function between(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && around.includes(text[start])) start++;
  while (end > start && around.includes(text[end - 1])) end--;
  return text.slice(start, end);
}

function canonicalWord(plain: string): string {
  const lower = plain.toLowerCase().replace(/^(?:the|a|an) (?=\S)/, '');
  return synonyms.get(lower) ?? lower;
}

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Whole numbers up to a thousand in English: twelve, twenty-one, one hundred. @returns undefined for other words */
export function numberInWords(text: string): bigint | undefined {
  if (text.length > 40) return undefined;
  const found = /^(?:([a-z]+) hundred(?: and)?\s?)?(?:([a-z]+ty)(?:[\s-]([a-z]+))?|([a-z]+))?$/.exec(text.toLowerCase().trim());
  if (!found || found[0] === '') return undefined;
  const [, hundreds, ten, unit, alone] = found as (string | undefined)[];
  const values = [
    hundreds === undefined ? 0 : small.indexOf(hundreds) * 100,
    ten === undefined ? 0 : tens.indexOf(ten) * 10 + 20,
    unit === undefined ? 0 : small.indexOf(unit),
    alone === undefined ? 0 : small.indexOf(alone),
  ];
  const unknown = (hundreds !== undefined && values[0] < 100) || (ten !== undefined && values[1] < 20) || (unit !== undefined && !(values[2] >= 1 && values[2] <= 9)) || values[3] < 0; // prettier-ignore
  return unknown ? undefined : BigInt(values[0] + values[1] + values[2] + values[3]);
}
