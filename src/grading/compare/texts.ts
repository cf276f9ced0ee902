import type { Node } from '../parse/node.js';
import { different, equal, type Comparing, type ComparisonOutcome } from './outcome.js';
import { regionOf } from './regions.js';

/** At least one side is words. */
export function compareTexts(a: Node, b: Node, c: Comparing): ComparisonOutcome | undefined {
  if (a.k === 'text' && b.k === 'text') {
    if (sameWords(a.text, b.text)) return equal('the same words');
    const [x, y] = [listed(a.text), listed(b.text)];
    return x.length > 1 && x.join() === y.join() ? equal('the same words in any order') : different('words');
  }
  const [text, other] = a.k === 'text' ? [a.text, b] : [(b as { text: string }).text, a];
  const letters = lettersOf(other);
  if (letters !== undefined && sameWords(text.replace(/[\s,]/g, ''), letters)) return equal('the same letters');
  if (text === 'none' && (other.k === 'set' || other.k === 'list') && other.args.length === 0) return equal('no solutions');
  const region = text === 'reals' ? regionOf(other, c) : undefined;
  if (region?.length === 1 && region[0].low === -Infinity && region[0].high === Infinity) return equal('all real numbers');
  return undefined;
}

/** Alice and Bob, Bob, Alice: sorted. */
const listed = (text: string): string[] =>
  text
    .split(/\s*,\s*(?:and\s+)?|\s+and\s+|[、和]/)
    .filter((w) => w !== '')
    .sort();

/** Single letters keep their case: e and E are different names. */
const sameWords = (a: string, b: string): boolean => a === b || (a.length > 1 && a.toLowerCase() === b.toLowerCase());

/** The letters of a product or list of letters: o·d·d, A, C, E. */
function lettersOf(node: Node): string | undefined {
  if (node.k === 'sym') return node.name;
  if (node.k === 'const') return node.name === 'inf' || node.name === 'pi' ? undefined : node.name;
  if (node.k !== 'mul' && node.k !== 'list' && node.k !== 'unit') return undefined;
  if (node.k === 'unit') {
    const letters = lettersOf(node.a);
    return letters && letters + node.unit.replace(/[\s,]/g, '');
  }
  const letters = node.args.map(lettersOf);
  return letters.includes(undefined) ? undefined : letters.join('');
}

/** ACF is A, C, F: several choices written together. */
export function sameChoices(a: Node, b: Node): boolean {
  const [x, y] = [lettersOf(a), lettersOf(b)];
  const sorted = (s: string): string => s.split('').sort().join('');
  return x !== undefined && y !== undefined && /^[A-J]{2,10}$/.test(x) && sorted(x) === sorted(y);
}
