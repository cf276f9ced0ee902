/** What two texts share and in what they differ, by tokens or words, turn by turn where turns are known. Pure. */
import { align, type Stretch } from './alignment.js';
import { internedUnits, tokenEnds, wordEnds, type UnitEnds } from './textUnits.js';

/** A part of a text that is compared with its like: a turn, or all of it. */
export interface Section {
  /** Who speaks and how (`assistant`, `tool_call search`): only sections of one name are compared. */
  name: string;
  start: number;
  end: number;
}

export interface ComparedText {
  text: string;
  /** Where each token ends; null: not known. */
  ends: Iterable<number> | null;
  /** In order, covering the text; null: it is compared as a whole. */
  sections: readonly Section[] | null;
}

/** Pieces are stretches of both texts, [from, to) in UTF-16 code units. */
export interface DiffSection {
  /** Of a text that has sections: what this one is called on each side; null where that side has none. */
  names: [a: string | null, b: string | null] | null;
  pieces: Stretch[];
}

export interface TextDiff {
  sections: DiffSection[];
  unit: 'token' | 'word';
  /** Units from the beginning on that both share, and where the texts first differ; null: nowhere. */
  sharedUnits: number;
  divergence: { a: number; b: number } | null;
  /** False: what is far apart was not compared to its end. */
  isWhole: boolean;
}

/** Equal units between two larger changes that say nothing: such an island is part of the change. */
const smallIsland = 2;

/** @returns pieces that rebuild both texts: `a` of all pieces in order is the one, `b` the other */
export function diffTexts(a: ComparedText, b: ComparedText): TextDiff {
  const hasTokens = a.ends !== null && b.ends !== null;
  const endsOf = ({ text, ends }: ComparedText): UnitEnds => (hasTokens && ends !== null ? tokenEnds(text, ends) : wordEnds(text));
  const [aEnds, bEnds] = [endsOf(a), endsOf(b)];
  const known = new Map<string, number>();
  const [aUnits, bUnits] = [internedUnits(known, a.text, aEnds), internedUnits(known, b.text, bEnds)];
  const sharedUnits = commonStart(aUnits, bUnits);
  const isSame = sharedUnits === aUnits.length && sharedUnits === bUnits.length;
  let isWhole = true;
  const compare = (aPart: Section, bPart: Section): Stretch[] => {
    const [aCut, bCut] = [endsWithin(aEnds, aPart), endsWithin(bEnds, bPart)];
    const { stretches, isWhole: whole } = align(unitsOf(known, a.text, aPart.start, aCut), unitsOf(known, b.text, bPart.start, bCut));
    isWhole &&= whole;
    const offset = (ends: UnitEnds, start: number, i: number): number => (i === 0 ? start : ends[i - 1]);
    return withoutIslands(stretches).map(({ same, a: [aFrom, aTo], b: [bFrom, bTo] }) => ({
      same,
      a: [offset(aCut, aPart.start, aFrom), offset(aCut, aPart.start, aTo)],
      b: [offset(bCut, bPart.start, bFrom), offset(bCut, bPart.start, bTo)],
    }));
  };
  return {
    sections: sectionsOf(a, b, compare),
    unit: hasTokens ? 'token' : 'word',
    sharedUnits,
    divergence: isSame ? null : { a: startOf(aEnds, sharedUnits), b: startOf(bEnds, sharedUnits) },
    isWhole,
  };
}

/** Turns are aligned by who speaks, then compared with each other; a turn that only one side has stands alone. */
function sectionsOf(a: ComparedText, b: ComparedText, compare: (a: Section, b: Section) => Stretch[]): DiffSection[] {
  if (a.sections === null || b.sections === null) {
    const whole = ({ text }: ComparedText): Section => ({ name: '', start: 0, end: text.length });
    return [{ names: null, pieces: compare(whole(a), whole(b)) }];
  }
  const [aParts, bParts] = [covering(a), covering(b)];
  const known = new Map<string, number>();
  const keys = (parts: readonly Section[]): number[] =>
    parts.map(({ name }) => known.get(name) ?? (known.set(name, known.size), known.size - 1));
  const sections: DiffSection[] = [];
  let [aAt, bAt] = [0, 0];
  const alone = (part: Section, side: 'a' | 'b'): void => {
    const [from, to] = [part.start, part.end];
    sections.push({
      names: side === 'a' ? [part.name, null] : [null, part.name],
      pieces: [side === 'a' ? { same: false, a: [from, to], b: [bAt, bAt] } : { same: false, a: [aAt, aAt], b: [from, to] }],
    });
    if (side === 'a') aAt = to;
    else bAt = to;
  };
  for (const { same, a: of, b: with_ } of align(keys(aParts), keys(bParts)).stretches) {
    if (!same) {
      aParts.slice(...of).forEach((part) => alone(part, 'a'));
      bParts.slice(...with_).forEach((part) => alone(part, 'b'));
      continue;
    }
    aParts.slice(...of).forEach((part, i) => {
      const other = bParts[with_[0] + i];
      sections.push({ names: [part.name, other.name], pieces: compare(part, other) });
      [aAt, bAt] = [part.end, other.end];
    });
  }
  return sections;
}

/** Sections that leave nothing of the text out: what lies between two of them, or overlaps the one before, is cut to fit. */
function covering({ text, sections }: ComparedText): Section[] {
  const parts: Section[] = [];
  let at = 0;
  for (const { name, start, end } of [...(sections ?? [])].sort((x, y) => x.start - y.start)) {
    const from = Math.min(text.length, Math.max(at, start));
    const to = Math.min(text.length, Math.max(from, end));
    if (from > at) parts.push({ name: 'outside of the turns', start: at, end: from });
    if (to > from) parts.push({ name, start: from, end: to });
    at = Math.max(at, to);
  }
  if (at < text.length) parts.push({ name: 'outside of the turns', start: at, end: text.length });
  return parts;
}

/** The units of a part: where one reaches over its edge, it ends there. */
function endsWithin(ends: UnitEnds, { start, end }: Section): UnitEnds {
  const inside = ends.slice(firstAfter(ends, start), firstAfter(ends, end));
  if (end > start && inside.at(-1) !== end) inside.push(end);
  return inside;
}

/** Index of the first end that lies after an offset. */
function firstAfter(ends: UnitEnds, offset: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const unitsOf = (known: Map<string, number>, text: string, start: number, ends: UnitEnds): Int32Array =>
  internedUnits(
    known,
    text.slice(start, ends.at(-1) ?? start),
    ends.map((end) => end - start),
  );

function commonStart(a: Int32Array, b: Int32Array): number {
  const least = Math.min(a.length, b.length);
  let i = 0;
  while (i < least && a[i] === b[i]) i++;
  return i;
}

const startOf = (ends: UnitEnds, unit: number): number => (unit === 0 ? 0 : ends[unit - 1]);

function withoutIslands(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  const size = ({ a, b }: Stretch): number => Math.max(a[1] - a[0], b[1] - b[0]);
  stretches.forEach((s, i) => {
    const [before, after] = [merged.at(-1), stretches.at(i + 1)];
    const isIsland = s.same && before && after && size(s) <= smallIsland && size(before) > 2 * size(s) && size(after) > 2 * size(s);
    if (before && !before.same && (isIsland || !s.same)) {
      before.a[1] = s.a[1];
      before.b[1] = s.b[1];
    } else merged.push({ same: s.same, a: [...s.a], b: [...s.b] });
  });
  return merged;
}
