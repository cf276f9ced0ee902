/** What model output writes in Unicode, in the notation that the tokenizer reads. */
const unicode = new Map(Object.entries({
  '−': '-', '–': '-', '—': '-', '﹣': '-', '×': '\\times ', '✕': '\\times ', '·': '\\cdot ', '⋅': '\\cdot ', '∙': '\\cdot ', '÷': '\\div ',
  '≤': '\\le ', '≦': '\\le ', '⩽': '\\le ', '≥': '\\ge ', '≧': '\\ge ', '⩾': '\\ge ', '≠': '\\ne ', '≡': '\\equiv ', '∑': '\\sum ', '∏': '\\prod ', '∫': '\\int ', '≈': '\\approx ', '≃': '\\approx ',
  '∞': '\\infty ', 'π': '\\pi ', '𝜋': '\\pi ', '√': '\\surd ', '°': '\\degree ', '′': "'", '±': '\\pm ', '∓': '\\mp ',
  '∪': '\\cup ', '∩': '\\cap ', '∈': '\\in ', '∅': '\\emptyset ', '∖': '\\setminus ', '→': '\\to ', '⟨': '\\langle ', '⟩': '\\rangle ',
  'ℝ': '\\mathbb{R}', 'ℤ': '\\mathbb{Z}', 'ℕ': '\\mathbb{N}', 'ℚ': '\\mathbb{Q}', 'ℂ': '\\mathbb{C}',
  '²': '^2 ', '³': '^3 ', '⁴': '^4 ', '½': '\\frac{1}{2}', '¼': '\\frac{1}{4}', '¾': '\\frac{3}{4}', '⅓': '\\frac{1}{3}', '⅔': '\\frac{2}{3}',
  'α': '\\alpha ', 'β': '\\beta ', 'γ': '\\gamma ', 'δ': '\\delta ', 'θ': '\\theta ', 'λ': '\\lambda ', 'μ': '\\mu ', 'φ': '\\phi ', 'ω': '\\omega ',
  '、': ',', '。': '.', '《': '', '》': '', '“': '', '”': '', '‘': '', '’': "'", '∶': ':',
  '\u00a0': ' ', '\u2009': ' ', '\u202f': ' ', '\u3000': ' ', '\u200b': '', '\ufeff': '',
})); // prettier-ignore

const beyondAscii = /[\u0080-\uffff]/g;

/**
 * An answer in plain characters: full-width forms and Unicode signs as LaTeX, LaTeX escaped twice (as inside JSON) once,
 * sizes, styles and thin spaces gone. Linear in the length.
 */
export function clean(text: string): string {
  let s = text.replace(
    beyondAscii,
    (c) => unicode.get(c) ?? (c >= '\uff01' && c <= '\uff5e' ? String.fromCharCode(c.charCodeAt(0) - 0xfee0) : digit(c)),
  );
  if (!s.includes('\\')) return plain(s);
  if (/\\\\[a-zA-Z]/.test(s)) s = escapedOnce(s);
  s = s
    .replace(/,\s*\\!\s*/g, '{,}')
    .replace(/\\!\s*/g, '')
    .replace(/\\[mb]?(?:left|right|big|Big|bigg|Bigg|middle)[lrm]?(?![a-zA-Z])\s*\.?/g, '')
    .replace(/\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits|protect|rm|bf|it|boldmath)(?![a-zA-Z])/g, ' ')
    .replace(/\^\s*(?:\\circ(?![a-zA-Z])|\{\s*\\circ\s*\}|\{\s*o\s*\}|\{?\s*\\text\s*\{\s*o\s*\}\s*\}?)/g, '\\degree ')
    .replace(/\\degrees?(?![a-zA-Z])/g, '\\degree ')
    .replace(/(\d)\s*\^?\s*\{?\s*\\(?:text|mathrm|textsuperscript|mbox)\s*\{\s*(?:st|nd|rd|th)\s*\}\s*\}?/g, '$1');
  return plain(s);
}

/** Zeros of Arabic, Persian, Devanagari, Bengali and Thai; their nine other digits follow. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];

function digit(c: string): string {
  const code = c.charCodeAt(0);
  const zero = zeros.find((z) => code >= z && code <= z + 9);
  return zero === undefined ? c : String(code - zero);
}

/** LaTeX that went through JSON once too often: `\\frac` stands for `\frac`. */
function escapedOnce(s: string): string {
  const single = /(?:^|[^\\])\\[a-zA-Z]/.test(s);
  if (!single) return s.replaceAll('\\\\', '\\');
  return s.includes('\\begin') ? s : s.replace(/\\\\(?=[a-zA-Z])/g, '\\');
}

const currency = /USD|EUR|GBP|INR|RMB|CNY|Rs|US\$/;

/** 18 USD, Rs. 18: the currency is a unit. */
const withCurrency = (s: string): string =>
  s.replace(/(\d)\s?(USD|EUR|GBP|INR|RMB|CNY)\b/g, '$1\\text{ $2}').replace(/^\s*(?:US|Rs\.?|USD|EUR|INR)\s?(?=\$?\d)/, '');

function plain(text: string): string {
  const s = currency.test(text) ? withCurrency(text) : text;
  return endTrimmed(s)
    .replace(/^\s*\*\*([^*]*)\*\*[\s.]*$/, '$1')
    .replace(/\*\*/g, '^')
    .replace(
      /\{\}\s?_\{?(\d{1,4})\}?\s?C_\{?(\d{1,4})\}?|(?<![A-Za-z])C_\{?(\d{1,4}|[mn])\}?\^\{?(\d{1,4}|[km])\}?/g,
      (_, n: string, k: string, m: string, j: string) => `\\binom{${n || m}}{${k || j}}`,
    )
    .replace(/\b(?:np|math|numpy|sympy)\.(?=[a-z])/g, '')
    .replace(/(\d)(?:st|nd|rd|th)\b/g, '$1')
    .replace(/([\d)}\]])(or|and)(?=[A-Z(\d\\])/g, '$1 $2 ')
    .trimStart();
}

/** Without white space and punctuation at the end; a loop, since a pattern that ends in $ is quadratic on long runs. */
export function endTrimmed(s: string): string {
  let end = s.length;
  while (end > 0 && (s.charCodeAt(end - 1) <= 32 || '.,;:'.includes(s[end - 1]))) end--;
  return s.slice(0, end);
}
