/**
 * Finds formulas in running text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, and tells them from sums of money.
 * Pure: no DOM, no Markdown.
 */
export interface MathSpan {
  /** LaTeX between the delimiters. */
  source: string;
  display: boolean;
  /** Offset just after the closing delimiter. */
  end: number;
}

/** A longer formula is shown as its source: it bounds the search for a closing delimiter, and what KaTeX is fed. */
export const longestFormula = 4000;

const delimiters: Partial<Record<string, { close: string; display: boolean }>> = {
  '\\[': { close: '\\]', display: true },
  '\\(': { close: '\\)', display: false },
  $$: { close: '$$', display: true },
};

/** @returns the formula whose opening delimiter stands at `start`, or undefined when none does */
export function mathAt(text: string, start: number, limit = text.length): MathSpan | undefined {
  const kind = delimiters[text.slice(start, start + 2)];
  if (!kind) return text[start] === '$' ? dollars(text, start, limit) : undefined;
  const end = unescaped(text, start + 2, limit, kind.close);
  if (end === undefined) return undefined;
  const source = text.slice(start + 2, end);
  return source.trim() === '' ? undefined : { source, display: kind.display, end: end + 2 };
}

/**
 * `$…$` as Pandoc reads it (no space inside the delimiters, no digit after them, no blank line between), the next dollar sign
 * must be the closing one, and what is between must not read like the space between two amounts.
 */
function dollars(text: string, start: number, limit: number): MathSpan | undefined {
  if (/\s/.test(text.charAt(start + 1)) || text[start - 1] === '$') return undefined;
  const end = unescaped(text, start + 1, limit, '$');
  if (end === undefined || /[\d$]/.test(text.charAt(end + 1))) return undefined;
  const source = text.slice(start + 1, end);
  if (source === '' || /\s$/.test(source) || /\n\s*\n/.test(source) || readsLikeMoney(source)) return undefined;
  return { source, display: false, end: end + 1 };
}

/**
 * `80,000 and the repairs cost 50,000, so 80,000+50,000=` stands between two dollar signs of GSM8K solutions: words in a row,
 * an amount followed by a word, a calculator annotation `<<…>>`, or an operator that waits for the next amount.
 */
function readsLikeMoney(source: string): boolean {
  const plain = source.replace(/\\[A-Za-z]+\s*(?:\{[^{}]*\})?/g, '\\');
  return (
    /<<|>>/.test(plain) ||
    /[=+*/<-]$/.test(plain) ||
    /[A-Za-z]{2,}[,.]?\s+[A-Za-z]{2,}/.test(plain) ||
    (/^[\d.,]+\s+[A-Za-z]{2}/.test(plain) && !/[\\^_{}=]/.test(plain))
  );
}

/** First offset of `close` at or after `from` that no backslash escapes, within `limit` and the longest formula. */
function unescaped(text: string, from: number, limit: number, close: string): number | undefined {
  const last = Math.min(limit - close.length, from + longestFormula);
  if (!text.slice(from, last + close.length).includes(close)) return undefined;
  for (let at = from; at <= last; at++) {
    if (text.startsWith(close, at)) return at;
    if (text[at] === '\\') at++;
  }
  return undefined;
}
