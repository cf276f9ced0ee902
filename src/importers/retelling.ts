import { takeBack, type Imported, type SourceFile } from './importer.js';

/**
 * For formats that write and replace whole files: what belongs together (the files of a step) is read and told again when any of it
 * changed. Who follows knows what has been told (`Told`).
 */
export class Retelling {
  private readonly prints = new Map<string, string>();
  /** Groups per step, as each unit told them last. */
  private readonly counts = new Map<string, Map<number, number>>();
  private readonly noted = new Set<string>();

  /** @param takenBack called when later steps no longer hold: everything must be told again, also what is not told by units */
  constructor(private readonly takenBack: () => void = () => undefined) {}

  /**
   * @param name e.g. the step; units come in the order of their steps
   * @param read tells everything there is in the files
   */
  async *unit(
    name: string,
    files: readonly SourceFile[],
    read: () => AsyncIterable<Imported> | Iterable<Imported>,
  ): AsyncGenerator<Imported> {
    const print = files.map((file) => `${file.name}\n${file.bytes}\n${file.modified}`).join('\n');
    if (this.prints.get(name) === print) return;
    const counts = new Map<number, number>();
    yield* this.pass(read(), counts);
    const fewer = [...(this.counts.get(name) ?? [])].filter(([step, count]) => count > (counts.get(step) ?? 0)).map(([step]) => step);
    if (fewer.length > 0) {
      // Groups that are gone can only be taken back together with all that follows.
      yield takeBack(Math.min(...fewer));
      this.prints.clear();
      this.takenBack();
      yield* this.pass(read(), counts);
    }
    this.counts.set(name, counts);
    this.prints.set(name, print);
  }

  /** Tells all of it, each kind of note once. */
  async *pass(said: AsyncIterable<Imported> | Iterable<Imported>, counts = new Map<number, number>()): AsyncGenerator<Imported> {
    for await (const one of said) {
      if (one.kind === 'note') {
        if (this.noted.has(one.note.id)) continue;
        this.noted.add(one.note.id);
      } else if (one.kind === 'event' && one.event.type === 'group') {
        const { step, group } = one.event;
        counts.set(step, Math.max(counts.get(step) ?? 0, group + 1));
      }
      yield one;
    }
  }
}
