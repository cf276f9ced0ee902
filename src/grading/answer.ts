import { parseRational, type Rational } from './number.js';

/** A numeral at the start of a phrase, with its sign and currency. Linear: no nested repetition. */
const leading = /^(?:[-+]\s?)?(?:[$£€¥]\s?)?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:\s?\/\s?\d+)?/;

/** Words that change a number's value: "5 thousand" is not 5. */
const scaling = new Set(
  (
    'hundred hundreds thousand thousands million millions billion billions trillion trillions dozen dozens score scores ' +
    'percent percentage pct half halves third thirds quarter quarters fifth fifths sixth sixths eighth eighths tenth tenths ' +
    'hundredth hundredths thousandth thousandths cent cents plus minus times over divided multiplied squared cubed ' +
    'pi sqrt root mod modulo and or to not point less more than times per'
  ).split(' '),
);

/** A unit in words of two letters or more (a single letter may be a variable), as "apples" or "square metres". */
const unit = /^\s*(?:[A-Za-z]{2,}[\s.'-]*)*$/;

/** Longer phrases are prose, not answers. */
const longest = 600;

/**
 * The value of an answer phrase such as `47`, `$1,234.50`, `-3/4`, `61 apples.`: one numeral, perhaps with a currency and a
 * unit. A phrase that may mean anything else has none: better undecided than wrongly right.
 */
export function parseAnswer(phrase: string): Rational | undefined {
  const text = phrase.trim();
  const found = text.length > longest ? undefined : leading.exec(text)?.[0];
  if (found === undefined) return undefined;
  const rest = text.slice(found.length).replace(/[\s.,;:!?]{1,20}$/, '');
  if (!unit.test(rest)) return undefined;
  if (
    rest
      .toLowerCase()
      .split(/[^a-z]+/)
      .some((word) => scaling.has(word))
  )
    return undefined;
  return parseRational(found.replace(/[$£€¥\s]/g, '').replace(/[,.]$/, ''));
}
