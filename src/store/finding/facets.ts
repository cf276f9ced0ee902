import { facetNames, type FacetCounts, type FacetName } from '../views.js';
import type { Sqlite } from '../sqlite.js';

/** Different values of one facet that are told apart in a piece; the others are counted as `…`. */
const mostValues = 500;
const longestValue = 100;

interface SolutionFacts {
  reward: number | null;
  tokens: number;
  finish: string;
  correct: number | null;
  answer: string | null;
}

/** Counts the values of what matches. */
export class Facets {
  private readonly facts;

  /** @param stepWidth how many steps are one bin */
  constructor(
    db: Sqlite,
    readonly names: readonly FacetName[],
    private readonly run: string,
    private readonly stepWidth: number,
  ) {
    this.facts = db.prepare<[number], SolutionFacts>('SELECT reward, tokens, finish, correct, answer FROM solutions WHERE id = ?');
  }

  add(counts: FacetCounts, id: number, step: number): void {
    if (this.names.length === 0) return;
    const facts = this.facts.get(id)!;
    for (const name of facetNames) {
      if (!this.names.includes(name)) continue;
      const values = (counts[name] ??= new Map<string, number>());
      const value = this.valueOf(name, facts, step);
      const key = values.has(value) || values.size < mostValues ? value : '…';
      values.set(key, (values.get(key) ?? 0) + 1);
    }
  }

  private valueOf(name: FacetName, facts: SolutionFacts, step: number): string {
    switch (name) {
      case 'run':
        return this.run;
      case 'step':
        return String(Math.floor(step / this.stepWidth) * this.stepWidth);
      case 'reward':
        return facts.reward === null ? '' : String(Number(facts.reward.toPrecision(2)));
      case 'tokens':
        return facts.tokens === 0 ? '0' : String(2 ** Math.floor(Math.log2(facts.tokens)));
      case 'finish':
        return facts.finish;
      case 'correct':
        return facts.correct === null ? '' : facts.correct === 1 ? 'yes' : 'no';
      case 'answer':
        return (facts.answer ?? '').slice(0, longestValue);
    }
  }
}
