import type { Span } from './extraction.js';
import { clause, scaling } from './answerWords.js';

/** Digits in groups of three, decimals, and what stands closely in a fraction, ratio or time: `1 000.5`, `1,234`, `3/4`, `11:21`. */
const group = String.raw`(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)*|\d+(?:[.,]\d+)*|\.\d+)`;
const power = String.raw`\s?(?:[×x*·]|\\times|\\cdot)\s?10\s?(?:\^|\*\*)\s?[{(]?[-+−]?\d{1,5}[)}]?`;
const second = String.raw`\s?[/:∶]\s?${group}|[ -]\d{1,9}\/\d{1,9}`;
/** A number without its sign: `3.2 × 10^5` and `3 1/2` are one. */
export const numeral = String.raw`${group}(?:[eE][+-]?\d{1,5}(?![A-Za-z\d])|${power}|${second})?`;
const numerals = new RegExp(numeral, 'g');

const currency = '(?:\\\\?[$£€¥₹₩₽]|US\\$|Rs\\.?)';
/** Sign and currency directly before a number, and what may stand before them. */
const before = new RegExp(String.raw`(^|[\s=:(（【：，、。→>≥≤<|≈~"'“\[{$]|[一-鿿]|\*\*|__)((?:[-+−±]\s?)?(?:${currency}\s?)?(?:[-−])?)$`);
/** A number that continues an expression ("2^10", "7 - 5", "ten - 5") does not stand for itself. */
const continues = /(?:[\d)\]}$]|\b[A-Za-z])[ \t]*[-+−]\s?(?:[$£€¥]\s?)?$|[A-Za-z][ \t]*[-+−]\s(?:[$£€¥]\s?)?$|(?:[^*]|^)[*×·/÷^_][ \t]*$/;
const goesOn = /^[ \t]*(?:[+×·÷^]|\*(?!\*)|[-−/](?=\s?[\d(]))/;
/** The exponent or index of a unit or a name: m2, cm^2, H2O. */
const attached = /[A-Za-z](?:\^|_|\*\*)?\{?$/;

/** Of "12 dollars and 50 cents" the cents are a part. */
const larger =
  /\$?\d[\d,.]*\s(?:dollars?|pounds?|lbs?|hours?|hrs?|minutes?|mins?|feet|foot|ft|years?|months?|weeks?|days?),?(?:\s+and)?\s+$/;

/** How many numbers from the end are tried. */
const tries = 8;

/** The last number of a text that stands for itself, with its sign, currency and unit. */
export function lastNumber(text: string, skip: (index: number) => boolean): Span | undefined {
  const all = [...text.matchAll(numerals)];
  for (let tried = 0; tried < tries; tried++) {
    const found = all.pop();
    if (!found) return undefined;
    const at = found.index;
    if (skip(at) || isListMark(text, at, at + found[0].length)) continue;
    const lead = text.slice(Math.max(0, at - 40), at);
    if (
      attached.test(lead) ||
      /\bmod(?:ulo)?\s$/.test(lead) ||
      /^[A-Za-z]\w*\d/.test(text.slice(at + found[0].length, at + found[0].length + 8))
    )
      continue;
    const sign = before.exec(lead);
    const end = at + found[0].length;
    if (!sign || continues.test(lead) || goesOn.test(text.slice(end, end + 4))) return undefined;
    return bracketed(text, at) ?? [at - (larger.exec(lead)?.[0].length ?? sign[2].length), unitEnd(text, end)];
  }
  return undefined;
}

/** "2." before an item of a list. */
const isListMark = (text: string, at: number, end: number): boolean =>
  /(?:^|\n)[ \t]*(?:#+[ \t]*|\*\*)?$/.test(text.slice(Math.max(0, at - 8), at)) &&
  /^[.)][ \t]+[A-Za-z*$\\一-鿿]/.test(text.slice(end, end + 8));

/** Points and tuples written plainly: of "(3, 4)" the 4 is a part. */
function bracketed(text: string, at: number): Span | undefined {
  const lead = text.slice(Math.max(0, at - 200), at);
  const open = /[([{][-+−\d.,;\s/π√∞]*$/.exec(lead);
  const rest = /^[-+−\d.,;\s/π√∞]{0,200}[)\]}]/.exec(text.slice(at, at + 202));
  if (!open || !rest) return undefined;
  const start = at - lead.length + open.index;
  const whole = text.slice(start, at + rest[0].length);
  const named = /[A-Za-z\d)]$/.test(text.slice(Math.max(0, start - 1), start));
  return !named && /\d\s*[,;]\s*[-+−]?\s*[\d.]/.test(whole) && /[,;](?!\d{3}(?!\d))/.test(whole) ? [start, at + rest[0].length] : undefined;
}

const sign = /(?:\s?(?:\\?%|°|¢|\\?[$£€¥₹₩₽](?![\d\\(A-Za-z])|[²³]))?/y;
const word = /[ \t]*(?:\*\*)?([A-Za-z][A-Za-z'’²³.-]*(?:\^?\{?[23]\}?(?![\d/]))?|[一-鿿]{1,8})|[ \t]*\/[ \t]*([A-Za-z]+[²³]?)/y;
/** A unit has this many words at most. */
const mostWords = 4;

/**
 * Where the unit behind a number ends: the words up to the next clause. Words that change the value keep all that follows to
 * the end of the sentence.
 */
export function unitEnd(text: string, from: number): number {
  sign.lastIndex = from;
  const attachedSign = sign.exec(text)![0];
  let end = from + attachedSign.length;
  if (/[%¢$£€¥₹₩₽]$/.test(attachedSign)) return end;
  for (let n = 0; n < mostWords; n++) {
    word.lastIndex = end;
    const found = word.exec(text);
    if (!found) break;
    const written = (found[1] as string | undefined) ?? found[2];
    const name = written.replace(/\.+$/, '');
    const dots = written.length - name.length;
    if (scaling.has(name.toLowerCase())) return sentenceEnd(text, end);
    if (clause.has(name.toLowerCase())) break;
    end += found[0].length - dots;
    if (dots > 0 || /[一-鿿]$/.test(name)) break;
  }
  return end;
}

/** Index of the line's or the sentence's end: a full stop counts when no digit follows. */
export function sentenceEnd(text: string, from: number): number {
  const end = /\n|\.(?!\d)|[。！？]|<\||<\/|\\n(?![A-Za-z])/g;
  end.lastIndex = from;
  // A full stop may precede the answer only as a decimal point, which a digit follows.
  return end.exec(text)?.index ?? text.length;
}
