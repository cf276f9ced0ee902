import { isInteger, type Rational } from '../number.js';
import { children, type Node } from './node.js';

const rational = (r: Rational): string => {
  if (isInteger(r)) return String(r.numerator);
  const sign = r.numerator < 0n ? '-' : '';
  return `${sign}\\frac{${String(r.numerator).replace('-', '')}}{${r.denominator}}`;
};

/** A decimal literal as it was stated; other numbers as a fraction. */
function numeral(value: Rational, places: number | undefined): string {
  if (places === undefined || places > 200) return rational(value);
  const scaled = (value.numerator * 10n ** BigInt(places)) / value.denominator;
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, '0');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
}

const signs = { '=': '=', '≠': '\\ne ', '<': '<', '>': '>', '≤': '\\le ', '≥': '\\ge ', '≈': '\\approx ', '∈': '\\in ', '→': '\\to ' };
const setSigns = { '∪': ' \\cup ', '∩': ' \\cap ', '∖': ' \\setminus ' };
const constants = { pi: '\\pi ', e: 'e', i: 'i', inf: '\\infty ' };

const greekNames = /^(?:alpha|beta|gamma|delta|epsilon|theta|lambda|mu|phi|omega|sigma|rho|tau|psi|ell)/;

/** The answer as the checker understood it, in LaTeX: what is shown beside the verdict, and what computer algebra is given. */
export function toLatex(node: Node): string {
  const list = (args: readonly Node[]): string => args.map(toLatex).join(', ');
  switch (node.k) {
    case 'num':
      return numeral(node.value, node.places);
    case 'sym':
      return greekNames.test(node.name)
        ? `\\${node.name} `
        : node.name.length > 1 && !node.name.includes('_')
          ? `\\mathrm{${node.name}}`
          : node.name.replace(/_(.+)$/, '_{$1}');
    case 'const':
      return constants[node.name];
    case 'add':
      return node.args.map((a, i) => (i > 0 && !startsWithMinus(a) ? `+${toLatex(a)}` : toLatex(a))).join('');
    case 'mul':
      return node.args
        .map((a, i) => factor(a, i > 0))
        .reduce((s, f) => (/\d$/.test(s) && /^[\d\\]/.test(f) && !/^\\(?:sqrt|pi|left)/.test(f) ? `${s} \\cdot ${f}` : s + f));
    case 'neg':
      return `-${node.a.k === 'add' ? bracketed(node.a) : toLatex(node.a)}`;
    case 'div':
      return `\\frac{${toLatex(node.a)}}{${toLatex(node.b)}}`;
    case 'pow':
      if (node.b.k === 'num' && node.b.value.numerator === 1n && node.b.value.denominator === 2n) return `\\sqrt{${toLatex(node.a)}}`;
      return `${atomic(node.a) ? toLatex(node.a) : bracketed(node.a)}^{${toLatex(node.b)}}`;
    case 'pm':
      return `${toLatex(node.a)} ${node.down ? '\\mp' : '\\pm'} ${toLatex(node.b)}`;
    case 'call':
      return called(node.fn, node.args);
    case 'percent':
      return `${toLatex(node.a)}\\%`;
    case 'degree':
      return `${toLatex(node.a)}^{\\circ}`;
    case 'unit':
      return `${toLatex(node.a)}\\text{ ${node.unit.replace(/[\\{}$]/g, '')}}`;
    case 'based':
      return `${node.digits}_{${node.base}}`;
    case 'ratio':
      return node.args.map(toLatex).join(':');
    case 'time':
      return `${node.hour}:${String(node.minute).padStart(2, '0')}${node.half && `\\text{ ${node.half}}`}`;
    case 'text':
      return `\\text{${node.text.replace(/[\\{}$]/g, '')}}`;
    case 'tuple':
      return `${{ '(': '(', '[': '[', '⟨': '\\langle ' }[node.open]}${list(node.args)}${{ ')': ')', ']': ']', '⟩': ' \\rangle' }[node.close]}`;
    case 'set':
      return node.args.length === 0 ? '\\emptyset' : `\\{${list(node.args)}\\}`;
    case 'list':
      return node.args.some((a) => a.k === 'list') ? node.args.map(toLatex).join('; ') : list(node.args);
    case 'named set':
      return node.name.replace(
        /^([A-Z]+)(?:([<>≤≥]))?.*$/,
        (_, name: string, half?: '<') => `\\mathbb{${name}}${half ? `_{${signs[half]}0}` : ''}`,
      );
    case 'set operation':
      return node.args.map(toLatex).join(setSigns[node.op]);
    case 'matrix':
      return `\\begin{pmatrix}${node.rows.map((row) => row.map(toLatex).join(' & ')).join(' \\\\ ')}\\end{pmatrix}`;
    case 'congruence':
      return `${node.args.map(toLatex).join(' \\equiv ')} \\pmod{${toLatex(node.modulus)}}`;
    case 'series':
      return `\\${node.op === 'sum' ? 'sum' : 'prod'}_{${toLatex({ k: 'sym', name: node.index })}=${toLatex(node.from)}}^{${toLatex(node.to)}} ${factor(node.body, true)}`;
    case 'relation':
      return node.args.map((a, i) => (i === 0 ? '' : signs[node.signs[i - 1]]) + toLatex(a)).join('');
  }
}

const bracketed = (node: Node): string => `\\left(${toLatex(node)}\\right)`;

const startsWithMinus = (node: Node): boolean =>
  node.k === 'neg' ||
  (node.k === 'num' && node.value.numerator < 0n) ||
  ((node.k === 'mul' || node.k === 'add') && startsWithMinus(children(node)[0]));

const atomic = (node: Node): boolean =>
  (node.k === 'num' && node.value.numerator >= 0n && isInteger(node.value)) ||
  node.k === 'sym' ||
  node.k === 'const' ||
  (node.k === 'call' && node.fn === 'abs');

const factor = (node: Node, later: boolean): string =>
  node.k === 'add' || node.k === 'neg' || node.k === 'pm' || (later && startsWithMinus(node)) ? bracketed(node) : toLatex(node);

function called(fn: string, args: readonly Node[]): string {
  const inside = args.map(toLatex);
  switch (fn) {
    case 'abs':
      return `\\left|${inside[0]}\\right|`;
    case 'floor':
      return `\\lfloor ${inside[0]}\\rfloor `;
    case 'ceil':
      return `\\lceil ${inside[0]}\\rceil `;
    case 'root':
      return `\\sqrt[${inside[1]}]{${inside[0]}}`;
    case 'factorial':
    case 'double factorial':
      return `${atomic(args[0]) ? inside[0] : `\\left(${inside[0]}\\right)`}${fn === 'factorial' ? '!' : '!!'}`;
    case 'binomial':
      return `\\binom{${inside[0]}}{${inside[1]}}`;
    case 'log':
      return inside.length > 1 ? `\\log_{${inside[1]}}\\left(${inside[0]}\\right)` : `\\log\\left(${inside[0]}\\right)`;
    case 'transpose':
      return `${inside[0]}^T`;
    default:
      return /^[fghFGH]'*$/.test(fn) ? `${fn}(${inside.join(', ')})` : `\\${fn}\\left(${inside.join(', ')}\\right)`;
  }
}
