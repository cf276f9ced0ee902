import { endTrimmed } from '../parse/clean.js';

const integer = /^([+-]?)0*(\d{1,400})$/;
const grouped = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/;

/** A plain integer in one form (no sign +, no leading zeros, no thousands separators). @returns undefined for anything else */
export function plainNumber(text: string): string | undefined {
  if (text.length > 420) return undefined;
  const found = integer.exec(text.includes(',') && grouped.test(text) ? text.replaceAll(',', '') : text);
  if (!found) return undefined;
  return found[1] === '-' && found[2] !== '0' ? `-${found[2]}` : found[2];
}

/**
 * Whether two answers are the same but for styles, dollar signs, spaces between letters and a full stop at the end. Where digits
 * stand, white space is kept as one space: 1 1/2 is not 11/2.
 */
export function sameWriting(a: string, b: string): boolean {
  const [x, y] = [writing(a), writing(b)];
  return x !== '' && x === y;
}

function writing(text: string): string {
  let s = text
    .replace(/\\(?:text|textbf|textit|textrm|textnormal|mbox|mathrm|mathbf)\s*\{([^{}\\]*)\}/g, ' $1 ')
    .replace(/\\[dtc]frac(?![a-zA-Z])/g, '\\frac')
    .replace(/\\(?:left|right|!|,|;|quad|displaystyle)(?![a-zA-Z])/g, ' ')
    .replace(/[$~\s]+/g, ' ')
    .trim();
  s = endTrimmed(s).replace(/\s*([()[\]{},=+<>|&])\s*/g, '$1');
  if (!/[a-z]{2}/i.test(s) || /[\d\\=<>+*/^_]/.test(s)) return s;
  const letters = s.toLowerCase().replace(/[\s.]/g, '');
  return letters;
}
