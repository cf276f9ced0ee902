/** Text for a person, or one JSON value for a program. */
import { largest } from '../core/extremes.js';
import { graphemes } from '../core/graphemes.js';
import { shortened } from '../words/runText.js';

export class Output {
  constructor(
    /** With `--json`, nothing but one value goes to standard output. */
    readonly json: boolean,
    private readonly stdout: NodeJS.WritableStream = process.stdout,
  ) {}

  /** For a person. */
  line(text = ''): void {
    if (!this.json) this.stdout.write(`${printable(text)}\n`);
  }

  /** For a program. */
  value(value: unknown): void {
    if (this.json) this.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** @param align per column, `<` (default) or `>` */
  table(head: readonly string[], rows: readonly (readonly string[])[], align = ''): void {
    const { columns } = this.stdout as Partial<NodeJS.WriteStream>;
    for (const row of formatTable(head, rows, align, columns)) this.line(row);
  }

  /** `label  value` lines; empty values are left out. */
  facts(facts: readonly (readonly [label: string, value: string | null | undefined])[]): void {
    const shown = facts.filter((f): f is readonly [string, string] => Boolean(f[1]));
    const width = largest(
      shown.map(([label]) => label.length),
      0,
    );
    for (const [label, value] of shown) this.line(`  ${label.padEnd(width)}  ${value}`);
  }
}

/** Of a cell that is cut so much is left, however narrow the terminal. */
const leastLeft = 12;

/**
 * @param columns of the terminal: where the table is wider, texts of its widest column lose their middle, and numbers nothing.
 * A file or another program has none
 */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[], align = '', columns = Infinity): string[] {
  const whole = [head, ...rows].map((row) => row.map(oneLine));
  const widths = head.map((_, i) => largest(whole.map((row) => length(row[i] ?? ''))));
  const over = widths.reduce((sum, width) => sum + width + 2, -2) - columns;
  const texts = widths.map((width, i) => (align[i] === '>' ? 0 : width));
  const widest = texts.indexOf(largest(texts, 0));
  if (over > 0) widths[widest] = Math.max(Math.min(leastLeft, widths[widest]), widths[widest] - over);
  const cells = over > 0 ? whole.map((row) => row.map((cell, i) => (i === widest ? shortened(cell, widths[i]) : cell))) : whole;
  return cells.map((row) =>
    row
      .map((cell, i) => {
        const pad = ' '.repeat(widths[i] - length(cell));
        return align[i] === '>' ? pad + cell : cell + pad;
      })
      .join('  ')
      .trimEnd(),
  );
}

const length = (text: string): number => graphemes(text).length;

/** Text in a single line, its line ends and tabs made visible. */
export const oneLine = (text: string): string => printable(text.replace(/\r?\n/g, '⏎').replace(/\t/g, '⇥'));

/**
 * What models and files say is shown, not obeyed: control characters would move the cursor, recolour or rename the terminal,
 * and marks of writing direction would let a text pose as another.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (hidden) => {
    if (hidden === '\n' || hidden === '\t') return hidden;
    const code = hidden.codePointAt(0) ?? 0;
    // Unicode has pictures of the first control characters: ␛ for Escape.
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : `\\u{${code.toString(16)}}`;
  });
}
