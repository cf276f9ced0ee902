import type { SourceFile } from '../importer.js';

/** Which files are not as they were when they were last read: for formats that replace whole files. */
export class Changes {
  private readonly known = new Map<string, string>();

  /** @param unit what the files belong to, e.g. a step: it is read again when any of them changed, came or went */
  changed(unit: string, files: readonly SourceFile[]): boolean {
    return this.known.get(unit) !== print(files);
  }

  /** After the unit was read without an error. */
  settle(unit: string, files: readonly SourceFile[]): void {
    this.known.set(unit, print(files));
  }
}

const print = (files: readonly SourceFile[]): string => files.map((f) => `${f.name}\n${f.bytes}\n${f.modified}`).join('\n');
