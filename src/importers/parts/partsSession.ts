import { ImportError, takeBack, type ForeignRun, type ImportItem, type ImportSession, type Source, type SourceFile } from '../importer.js';
import { tornNote } from '../files/tornLines.js';
import type { Part } from './part.js';

interface Look {
  bytes: number;
  modified: number;
  failure: ImportError | null;
}

/** Files that supersede each other at every look would never come to rest. */
const maxRounds = 4;

/**
 * A session over files of which each is read on its own. A file that has not changed since it was read is not opened.
 * One that cannot be used does not keep the others from being told: its error is thrown when they have been.
 */
export abstract class PartsSession implements ImportSession {
  private readonly looks = new Map<string, Look>();
  private readonly seenParts = new Set<Part>();

  constructor(protected readonly source: Source) {}

  abstract describe(): Promise<ForeignRun>;

  /** The parts in the order in which they are told; the same object for a file at every call. */
  protected abstract parts(files: readonly SourceFile[]): Part[];

  /** Notes about all that has been read. */
  protected *notes(): Iterable<ImportItem> {
    // most formats have none
  }

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    let failure: ImportError | null = null;
    for (let round = 0; round < maxRounds; round++) {
      const parts = this.parts(await this.source.list());
      const of = parts.reduce((sum, { file }) => sum + file.bytes, 0);
      let bytes = 0;
      let superseded = false;
      failure = null;
      for (const part of parts) {
        signal.throwIfAborted();
        for await (const item of this.readPart(part, signal)) {
          if (item.kind === 'superseded') {
            superseded = true;
            yield takeBack(item.from);
          } else if (item.kind === 'progress') yield { kind: 'progress', bytes: bytes + item.bytes, of };
          else if (item.kind === 'failure') failure ??= item.failure;
          else yield item;
        }
        bytes += part.file.bytes;
        yield { kind: 'progress', bytes, of };
      }
      if (!superseded) break;
      this.forget();
    }
    yield* this.notes();
    yield* tornNote([...this.seenParts].map((part) => ({ file: part.file, line: part.torn?.() })));
    if (failure) throw failure;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Everything is told anew at the next look. */
  protected forget(): void {
    for (const part of this.seenParts) part.reset(true);
    this.looks.clear();
  }

  private async *readPart(part: Part, signal: AbortSignal) {
    this.seenParts.add(part);
    const { name, bytes, modified } = part.file;
    const last = this.looks.get(name);
    const due = part.due?.() ?? false;
    if (last?.bytes === bytes && last.modified === modified && !due) {
      if (last.failure) yield { kind: 'failure' as const, failure: last.failure };
      return;
    }
    const look: Look = { bytes, modified, failure: null };
    try {
      yield* part.read(signal);
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      // What was told of it before the error is told again once it can be read.
      part.reset(false);
      look.failure = error;
      yield { kind: 'failure' as const, failure: error };
    }
    this.looks.set(name, look);
  }
}

/** Keeps one part per file name. */
export class PartCache<P extends Part> {
  private readonly parts = new Map<string, P>();

  /** @param make called for a name that was not there yet */
  get(file: SourceFile, make: (file: SourceFile) => P): P {
    const known = this.parts.get(file.name);
    if (known) {
      Object.assign(known.file, file);
      return known;
    }
    const part = make({ ...file });
    this.parts.set(file.name, part);
    return part;
  }

  values(): P[] {
    return [...this.parts.values()];
  }
}
