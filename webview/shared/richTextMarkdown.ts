/**
 * Untrusted model output → HTML text: Markdown without HTML, formulas by KaTeX.
 * The result is escaped, but it still passes through the sanitiser of `richText.ts` before it meets a page.
 */
import katex from 'katex';
import MarkdownIt from 'markdown-it';
import type { ParserBlock, ParserInline } from 'markdown-it';
import { escapeHtml } from '../../src/core/escapeHtml.js';
import { messageOf } from '../../src/core/messageOf.js';
import { longestFormula, mathAt } from './richTextMath.js';

/** What is typeset of one text, in formulas and in characters of LaTeX; the rest is shown as its source, so that any text stays quick. */
export const mostFormulas = 600;
const mostLatex = 24_000;

type InlineRule = Parameters<ParserInline['ruler']['push']>[1];
type BlockRule = Parameters<ParserBlock['ruler']['push']>[1];

/** @returns HTML of the Markdown in `text` (its length is the caller's to limit) */
export const richHtml = (text: string): string => markdown.render(text, { spent: { formulas: 0, latex: 0 } });

/** @returns HTML of one formula; broken LaTeX as its source with the reason as title */
export function mathHtml(source: string, display: boolean): string {
  try {
    return katex.renderToString(source, {
      displayMode: display,
      output: 'htmlAndMathml',
      throwOnError: true,
      strict: 'ignore',
      trust: refuse,
      maxExpand: 200,
      maxSize: 20,
    });
  } catch (error) {
    // KaTeX's own errors, and a RangeError for thousands of nested braces.
    const reason = messageOf(error).replace(/^KaTeX parse error: /, '');
    return `<code class="broken-formula" title="${escapeHtml(`Not typeset: ${reason.slice(0, 300)}`)}">${escapeHtml(source)}</code>`;
  }
}

/** Links, images and HTML from formulas: the formula is shown as its source instead. */
function refuse({ command }: { command: string }): never {
  throw new Error(`${command} is not rendered`);
}

const inlineMath: InlineRule = (state, silent) => {
  const found = mathAt(state.src, state.pos, state.posMax);
  if (!found) return false;
  if (!silent) {
    const token = state.push('formula', '', 0);
    token.content = found.source;
    token.meta = { display: found.display };
  }
  state.pos = found.end;
  return true;
};

/** A display formula on lines of its own: nothing inside it may be read as a list, a heading or a paragraph's end. */
const blockMath: BlockRule = (state, startLine, endLine, silent) => {
  const start = state.bMarks[startLine] + state.tShift[startLine];
  if (state.sCount[startLine] - state.blkIndent >= 4 || !/^(?:\$\$|\\\[)/.test(state.src.slice(start, start + 2))) return false;
  const close = state.src[start] === '$' ? /\$\$\s*$/ : /\\\]\s*$/;
  let line = startLine;
  while (!close.test(state.src.slice(line === startLine ? start + 2 : state.bMarks[line], state.eMarks[line]))) {
    line++;
    if (line >= endLine || state.bMarks[line] - start > longestFormula) return false;
  }
  const found = mathAt(state.getLines(startLine, line + 1, state.blkIndent, false).trim(), 0);
  if (!found?.display) return false;
  if (silent) return true;
  const token = state.push('formula', '', 0);
  token.block = true;
  token.content = found.source;
  token.meta = { display: true };
  token.map = [startLine, line + 1];
  state.line = line + 1;
  return true;
};

/** An asterisk between two operands multiplies: `2*3*4` and `2**10` are no emphasis. */
const product: InlineRule = (state, silent) => {
  if (state.src[state.pos] !== '*') return false;
  let end = state.pos;
  while (state.src[end] === '*') end++;
  const before = state.src.charAt(state.pos - 1);
  const after = state.src.charAt(end);
  const isProduct = end - state.pos === 1 ? /[\w)\]%]/.test(before) && /[\w($.]/.test(after) : /[\d)]/.test(before) && /[\d(]/.test(after);
  if (!isProduct || end - state.pos > 2) return false;
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
};

function makeMarkdown() {
  const md = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: true, maxNesting: 30 });
  // Images would be fetched from outside; indented code and underlined headings are mostly accidents in worked solutions.
  md.disable(['image', 'code', 'lheading', 'reference']);
  md.validateLink = (url) => /^https?:\/\//i.test(url);
  md.inline.ruler.before('escape', 'formula', inlineMath);
  md.inline.ruler.before('emphasis', 'product', product);
  md.block.ruler.before('table', 'formula', blockMath, { alt: ['paragraph', 'blockquote', 'list'] });
  md.renderer.rules.link_open = (tokens, at) => {
    const href = escapeHtml(String(tokens[at].attrGet('href') ?? ''));
    return `<a href="${href}" title="${href}" rel="noopener noreferrer">`;
  };
  md.renderer.rules.formula = (tokens, at, _options, env) => {
    const { content, meta } = tokens[at];
    const display = meta?.display === true;
    const spent = env?.spent as { formulas: number; latex: number };
    spent.formulas++;
    spent.latex += content.length;
    return spent.formulas > mostFormulas || spent.latex > mostLatex ? `<code>${escapeHtml(content)}</code>` : mathHtml(content, display);
  };
  return md;
}

const markdown = makeMarkdown();
