import type { SourceFile } from '../importer.js';
import { firstJsonLines } from './peek.js';

/** What JSONL files are by their first line, whatever they are called. A file without a whole line is looked at again. */
export class LineKinds<Kind> {
  private readonly kinds = new Map<string, Kind | null>();

  /** @param kindOf null for a line of something else */
  constructor(private readonly kindOf: (first: unknown) => Kind | null) {}

  async look(files: readonly SourceFile[]): Promise<void> {
    for (const file of files.filter(({ name }) => isJsonl(name) && !this.kinds.has(name))) {
      const [first] = await firstJsonLines(file.path, 1);
      if (first !== undefined) this.kinds.set(file.name, this.kindOf(first));
    }
  }

  /** @returns null for something else, and for what has not been seen */
  of(file: SourceFile): Kind | null {
    return this.kinds.get(file.name) ?? null;
  }
}

export const isJsonl = (name: string): boolean => /\.(?:jsonl|ndjson)$/i.test(name);
