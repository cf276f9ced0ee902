import { smallest } from '../../core/extremes.js';
import { ImportError, type ImportItem, type SourceFile } from '../importer.js';
import type { Part, PartEvent } from './part.js';

/** A file that is written or replaced whole: when it has changed, all of it is read again. A follower's `Ledger` knows what is new in it. */
export class WholePart implements Part {
  /** What its telling depends on besides the file, such as other files as they are now: when that changes, all is told again too. */
  basis = '';
  private lastBasis = '';
  /** Groups per step: the most that were told, and so may have to be taken back. */
  private groups = new Map<number, number>();

  /** @param tell everything there is in the file */
  constructor(
    readonly file: SourceFile,
    private readonly tell: (signal: AbortSignal) => AsyncIterable<ImportItem>,
  ) {}

  /** Groups told. */
  get size(): number {
    return [...this.groups.values()].reduce((sum, count) => sum + count, 0);
  }

  due(): boolean {
    return this.basis !== this.lastBasis;
  }

  reset(takenBack: boolean): void {
    // It is read whole in any case.
    if (takenBack) this.groups.clear();
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    this.lastBasis = this.basis;
    const now = new Map<number, number>();
    try {
      for await (const item of this.tell(signal)) {
        if (item.kind === 'event' && item.event.type === 'group') {
          const { step, group } = item.event;
          now.set(step, Math.max(now.get(step) ?? 0, group + 1));
          this.groups.set(step, Math.max(this.groups.get(step) ?? 0, group + 1));
        }
        yield item;
      }
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new ImportError(this.file.name, null, `${cause.message}.`, cause);
    }
    const fewer = [...this.groups].filter(([step, count]) => count > (now.get(step) ?? 0)).map(([step]) => step);
    this.groups = now;
    // Groups that are gone can only be taken back together with all that follows.
    if (fewer.length > 0) yield { kind: 'superseded', from: smallest(fewer) };
  }
}

/** How files are now, for `basis`. */
export const printOf = (files: readonly (SourceFile | undefined)[]): string =>
  files.map((file) => (file ? `${file.name}\n${file.bytes}\n${file.modified}` : '')).join('\n');
