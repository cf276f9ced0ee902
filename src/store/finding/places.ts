/** Where what a filter seeks stands in a text. */
import { compileExpression } from '../../query/expression.js';
import type { Pattern, Tree } from '../../query/tree.js';
import { wordsOf, wordsPattern } from '../../query/words.js';
import type { Place } from '../views.js';

/** Of one text; more nobody looks at in a row. */
export const mostPlaces = 50;

type Finder = (text: string) => Iterable<Place>;

/** @returns what finds the places of everything that is sought in solutions' texts, but for what stands after "not"; in order, the first 50 */
export function placesFinder(tree: Tree): (text: string) => Place[] {
  const finders = [...sought(tree)];
  return (text) => {
    const places = finders.flatMap((find) => first(find(text)));
    return places.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, mostPlaces);
  };
}

function first(places: Iterable<Place>): Place[] {
  const some: Place[] = [];
  for (const place of places) if (some.push(place) >= mostPlaces) break;
  return some;
}

function* sought(tree: Tree): Generator<Finder> {
  if (tree.kind === 'and' || tree.kind === 'or') for (const part of tree.parts) yield* sought(part);
  if (tree.kind === 'words') yield wordsFinder(tree.text);
  if (tree.kind === 'match' && tree.property.name === 'text') yield patternFinder(tree.pattern);
}

function wordsFinder(words: string): Finder {
  const pattern = wordsPattern(wordsOf(words));
  return function* (text) {
    for (const match of text.matchAll(pattern)) yield [match.index, match.index + match[0].length];
  };
}

function patternFinder(pattern: Pattern): Finder {
  if (pattern.kind === 'substring') {
    const { text: part } = pattern;
    return function* (text) {
      for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) yield [at, at + part.length];
    };
  }
  const made = compileExpression(pattern.source, pattern.flags);
  if ('problem' in made) throw new Error(made.problem);
  return function* (text) {
    const matcher = made.expression.matcher(text);
    while (matcher.find()) if (matcher.end() > matcher.start()) yield [matcher.start(), matcher.end()];
  };
}

/** Characters of an excerpt, and before the first place. */
const [excerptLength, lead] = [240, 60];

/** What stands around a place, or the text's beginning. */
export function excerptOf(text: string, place: Place | undefined): { text: string; start: number } {
  const wanted = Math.max(0, (place?.[0] ?? 0) - lead);
  const start = isLowSurrogate(text, wanted) ? wanted + 1 : wanted;
  const end = Math.min(text.length, start + excerptLength);
  return { text: text.slice(start, isLowSurrogate(text, end) ? end - 1 : end), start };
}

const isLowSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
