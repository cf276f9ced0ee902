/**
 * Untrusted model output as safe DOM: Markdown and formulas (`richTextMarkdown.ts`), then DOMPurify as the last gate.
 * Pages that use it also import `richText.css`.
 */
import DOMPurify from 'dompurify';
import type { Config } from 'dompurify';
import { mathHtml, richHtml } from './richTextMarkdown.js';

/** Characters typeset at once; a longer text is cut there, and the page says so and offers the raw text. */
export const renderLimit = 60_000;

/** `<rich-text .text>`: typeset again only when the text is another one, so that a refresh moves nothing that is being read. */
class RichText extends HTMLElement {
  private shown: string | undefined;

  set text(text: string) {
    if (text === this.shown) return;
    this.shown = text;
    this.classList.add('rich-text');
    this.dir = 'auto';
    this.replaceChildren(sanitise(richHtml(text.slice(0, renderLimit))));
  }
}

/** `<tex-formula .latex>`: one formula, e.g. ours with a group's numbers in it. */
class TexFormula extends HTMLElement {
  private shown: string | undefined;

  set latex(latex: string) {
    if (latex === this.shown) return;
    this.shown = latex;
    this.replaceChildren(sanitise(mathHtml(latex, false)));
  }
}

const purifier = DOMPurify();
const policy: Config & { RETURN_DOM_FRAGMENT: true } = {
  RETURN_DOM_FRAGMENT: true,
  // What markdown-it and KaTeX write, and nothing else.
  ALLOWED_TAGS: [
    ...[
      'p',
      'br',
      'hr',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'strong',
      'em',
      's',
      'code',
      'pre',
      'blockquote',
      'ul',
      'ol',
      'li',
      'a',
      'span',
    ],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', '#text', 'svg', 'path', 'line'],
    ...['math', 'semantics', 'annotation', 'mrow', 'mi', 'mn', 'mo', 'ms', 'mtext', 'mspace', 'msup', 'msub', 'msubsup', 'mfrac', 'msqrt'],
    ...['mroot', 'mover', 'munder', 'munderover', 'mtable', 'mtr', 'mtd', 'mlabeledtr', 'mpadded', 'mphantom', 'mstyle', 'menclose'],
  ],
  ALLOWED_ATTR: [
    ...['href', 'title', 'rel', 'class', 'style', 'start', 'aria-hidden', 'encoding', 'display', 'mathvariant', 'mathcolor', 'mathsize'],
    ...['width', 'height', 'viewBox', 'preserveAspectRatio', 'd', 'x1', 'x2', 'y1', 'y2', 'stroke-width', 'xmlns', 'accent', 'accentunder'],
    ...[
      'stretchy',
      'fence',
      'separator',
      'lspace',
      'rspace',
      'minsize',
      'maxsize',
      'scriptlevel',
      'displaystyle',
      'linethickness',
      'notation',
    ],
    ...['columnalign', 'columnlines', 'columnspacing', 'rowlines', 'rowspacing', 'frame', 'depth', 'voffset', 'linebreak', 'side'],
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^https?:\/\//i,
  NAMESPACE: 'http://www.w3.org/1999/xhtml',
};

// KaTeX places glyphs with inline styles; none of them needs to fetch, to be fixed on the page or to run over it.
purifier.addHook('uponSanitizeAttribute', (_node, data) => {
  if (data.attrName === 'style' && /url|expression|@|\\|fixed|sticky|absolute/i.test(data.attrValue)) data.keepAttr = false;
});

const sanitise = (html: string): DocumentFragment => purifier.sanitize(html, policy);

customElements.define('rich-text', RichText);
customElements.define('tex-formula', TexFormula);
