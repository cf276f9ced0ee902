import { describe, expect, test } from 'vitest';
import { mathHtml, mostFormulas, richHtml } from '../../../webview/shared/richTextMarkdown.js';

describe('solutions as people read them', () => {
  test('line breaks of a worked solution stay', () => {
    expect(richHtml('23 + 24 = 47\nThe answer is 47')).toBe('<p>23 + 24 = 47<br>\nThe answer is 47</p>\n');
  });

  test.each([
    ['2*3*4 = 24', '2*3*4 = 24'],
    ['2**10 = 1024', '2**10 = 1024'],
    ['(a+b)*(c+d)*2', '(a+b)*(c+d)*2'],
    ['30%*$40,000 = 30*.01*40000', '30%*$40,000 = 30*.01*40000'],
    ['16 * 7 = 112 * 2', '16 * 7 = 112 * 2'],
  ])('products are not emphasis: %s', (text, shown) => expect(richHtml(text)).toBe(`<p>${shown}</p>\n`));

  test('emphasis still is', () => {
    expect(richHtml('**Step 1:** *add* them')).toBe('<p><strong>Step 1:</strong> <em>add</em> them</p>\n');
  });

  test('a line of equals signs makes no heading', () => {
    expect(richHtml('18\n= \n6 * 3')).not.toContain('<h1');
  });

  test('a display formula over several lines is one formula, whatever its lines look like', () => {
    const html = richHtml('We get\n\\[\nx\n\n= 4\n- 1\n\\]\nand stop.');
    expect(html.match(/katex-display/g)).toHaveLength(1);
    expect(html).not.toContain('<li>');
    expect(html).toContain('and stop.');
  });

  test('formulas inside code stay code', () => {
    expect(richHtml('`$x$`')).toBe('<p><code>$x$</code></p>\n');
  });

  test('formulas carry MathML for screen readers', () => {
    expect(richHtml('$\\frac{1}{2}$')).toContain('<mfrac><mn>1</mn><mn>2</mn></mfrac>');
  });
});

describe('hostile text stays text', () => {
  test.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '<math><mtext></form><mglyph>'])(
    '%s',
    (text) => {
      const html = richHtml(text);
      expect(html.replace(/<\/?p>|\n/g, '')).not.toContain('<');
      expect(html).toContain('&lt;');
    },
  );

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'command:workbench.action.quit',
    'vscode://x/y',
    'file:///etc',
    '//host/x',
  ])('no link to %s', (url) => {
    expect(richHtml(`[click](${url})`)).not.toContain('<a');
    expect(richHtml(`<${url}>`)).not.toContain('<a');
  });

  test('http links name their target', () => {
    expect(richHtml('[click](https://example.org/"x)')).toContain('title="https://example.org/%22x"');
  });

  test('images are not loaded', () => {
    expect(richHtml('![x](https://example.org/x.png)')).not.toContain('<img');
  });

  test.each(['\\href{javascript:alert(1)}{x}', '\\includegraphics{x}', '\\htmlStyle{color:red}{x}', '\\url{javascript:alert(1)}'])(
    'KaTeX is not trusted with %s',
    (source) => {
      expect(mathHtml(source, false)).toMatch(/^<code class="broken-formula" title="Not typeset: .* is not rendered">/);
    },
  );

  test('broken LaTeX is shown as its source with the reason', () => {
    expect(mathHtml('\\frac{1', false)).toMatch(/^<code class="broken-formula" title="Not typeset: .+">\\frac\{1<\/code>$/);
    expect(mathHtml('\\def\\a{\\a\\a}\\a', false)).toContain('broken-formula');
    expect(mathHtml('"<b>', false)).not.toContain('<b>');
  });

  test('thousands of nested braces are no crash', () => {
    expect(typeof mathHtml('{'.repeat(1900) + '}'.repeat(1900), false)).toBe('string');
    expect(typeof mathHtml('\\sqrt{'.repeat(600) + '}'.repeat(600), true)).toBe('string');
  });

  test('beyond the most formulas the source is shown', () => {
    const html = richHtml('$x$ '.repeat(mostFormulas + 5));
    expect(html.match(/class="katex"/g)).toHaveLength(mostFormulas);
    expect(html.match(/<code>x<\/code>/g)).toHaveLength(5);
  });
});
