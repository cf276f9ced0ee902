/** The text of an experiment file as a YAML document in which every key path has a place. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';

/** Names and indices from the root, e.g. `['reward', 0, 'weight']`. */
export type KeyPath = (string | number)[];

/** 1-based line and column (UTF-16 code units), and the 0-based offset into the text. */
export interface Position {
  offset: number;
  line: number;
  column: number;
}

/** [start, end) */
export interface Range {
  start: Position;
  end: Position;
}

/** `reward[0].weight`, as messages write it. */
export function pathText(path: KeyPath): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('');
}

/** A handful of aliases is convenience, thousands are an attack. */
const MAX_ALIASES = 100;

export class ExperimentSource {
  readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  constructor(readonly text: string) {
    this.document = parseDocument(text, {
      lineCounter: this.lines,
      prettyErrors: false,
      merge: true,
      logLevel: 'error',
    });
  }

  /** @param start, end offsets; cut to visible text and at least one character long, so that it can be seen and clicked */
  range(start: number, end: number): Range {
    const last = Math.max(this.text.trimEnd().length, 1);
    const from = Math.min(start, last - 1);
    const to = from + this.text.slice(from, end).trimEnd().length;
    return { start: this.position(from), end: this.position(Math.min(Math.max(to, from + 1), this.text.length)) };
  }

  /** The plain value. @throws when aliases multiply beyond reason */
  value(): unknown {
    return this.document.toJS({ maxAliasCount: MAX_ALIASES });
  }

  position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { offset, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** The range of a value; of its key when the value is left empty; of the nearest ancestor when the path does not exist. */
  valueRange(path: KeyPath): Range {
    const found = this.find(path);
    if (!found) return path.length > 0 ? this.valueRange(path.slice(0, -1)) : this.firstLine();
    const [start, end] = extent(found.value) ?? [0, 0];
    return end > start ? this.range(start, end) : path.length > 0 ? this.keyRange(path) : this.firstLine();
  }

  /** The range of a key itself; for an item of a list, that of the item; at the root, the first line with text. */
  keyRange(path: KeyPath): Range {
    const key = this.find(path)?.pair?.key;
    const span = extent(key);
    if (span) return this.range(...span);
    return typeof path.at(-1) === 'number' ? this.valueRange(path) : this.firstLine();
  }

  /** The node (aliases followed) and the pair that holds it. */
  find(path: KeyPath): { value: Node | null; pair?: Pair } | undefined {
    let value: unknown = this.document.contents;
    let pair: Pair | undefined;
    for (const segment of path) {
      const container = isAlias(value) ? value.resolve(this.document) : value;
      pair = undefined;
      if (isMap(container)) {
        pair = container.items.find((p) => String(isScalar(p.key) ? p.key.value : p.key) === String(segment));
        if (!pair) return undefined;
        value = pair.value;
      } else if (isSeq(container) && typeof segment === 'number' && segment < container.items.length) value = container.items[segment];
      else return undefined;
    }
    return { value: (value ?? null) as Node | null, ...(pair && { pair }) };
  }

  private firstLine(): Range {
    const start = Math.max(this.text.search(/\S/), 0);
    const end = this.text.indexOf('\n', start);
    return this.range(start, end < 0 ? this.text.length : end);
  }
}

/** [start, end) of a node's own text. */
export function extent(node: unknown): [number, number] | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? [range[0], range[1]] : undefined;
}
