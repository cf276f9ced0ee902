import type { Convention, ExtractionKind, ExtractOptions, Span } from './extraction.js';
import { type Formula, formulas } from './formulas.js';
import { contains, programs } from './answerWindow.js';

/** One text to search, and what is found out about it once, when first needed. */
export class Context {
  readonly convention: Convention | undefined;
  /** Only letters of a choice count. */
  readonly choiceOnly: boolean;
  /** The caller says what an answer is written as: the text may be nothing but one. */
  readonly given: boolean;
  private readonly kinds: ReadonlySet<ExtractionKind>;
  private foundFormulas: Formula[] | undefined;
  private foundPrograms: Span[] | undefined;

  constructor(
    readonly text: string,
    options: ExtractOptions,
  ) {
    this.convention = options.convention;
    this.given = options.extraction !== undefined;
    this.kinds = new Set(options.extraction ?? ['latex', 'expr', 'string']);
    this.choiceOnly = options.convention === 'choice' || (this.kinds.size === 1 && this.kinds.has('string'));
  }

  allows(kind: ExtractionKind): boolean {
    return this.kinds.has(kind);
  }

  /** In order; none from programs and drawings. */
  formulas(): readonly Formula[] {
    this.foundFormulas ??= formulas(this.text).filter((f) => !this.inProgram(f.outer[0]));
    return this.foundFormulas;
  }

  inProgram(index: number): boolean {
    this.foundPrograms ??= programs(this.text);
    return contains(this.foundPrograms, index);
  }

  /** The first formula that ends behind the index. */
  formulaFrom(index: number): Formula | undefined {
    const all = this.formulas();
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].outer[1] <= index) low = middle + 1;
      else high = middle;
    }
    return all[low];
  }
}
