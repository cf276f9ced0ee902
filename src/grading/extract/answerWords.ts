const set = (words: string): Set<string> => new Set(words.split(' '));

/** Words that change a number's value: "5 thousand" is not 5. What they stand in is left whole for the parser. */
export const scaling = set(
  'hundred hundreds thousand thousands million millions billion billions trillion trillions dozen dozens score scores half halves third ' +
    'thirds quarter quarters fifth fifths sixth sixths eighth eighths tenth tenths hundredth hundredths thousandth thousandths ' +
    'plus minus times over divided multiplied squared cubed pi sqrt root mod modulo and or point more less fewer',
);

/** Words that begin a clause of its own behind an answer. */
export const clause = set(
  'because since as which that who whose when where if so but while after before in on at from with without by during for of out than ' +
    'hence thus therefore is are was were will would can could has have had this these those it its we he she they you i the there ' +
    'ago left remaining altogether total then i.e e.g',
);

/** Names and words that are mathematics. */
const mathematical = set(
  'sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln exp sqrt cbrt abs pi inf infty infinity mod gcd lcm max min ' +
    'and or union cup cap deg theta alpha beta gamma lambda sigma omega phi mu percent pct',
);

/** Three Chinese characters together that are no numerals. */
const chinese = /(?:(?![零〇一二两三四五六七八九十百千万亿分之点负和或与])[一-鿿]){3}/;

/** Whether words are said beside the mathematics: words of three letters or more that are neither commands nor functions. */
export function isProse(phrase: string): boolean {
  const bare = phrase.replace(/\\(?:text\w{0,2}|math\w{2}|mbox|operatorname)\s?\{[^{}]{0,200}\}/g, ' ').replace(/\\[A-Za-z]+/g, ' ');
  return chinese.test(bare) || (bare.match(/[A-Za-z]{3,}/g) ?? []).some((w) => !mathematical.has(w.toLowerCase()));
}
