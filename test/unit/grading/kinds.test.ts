import { describe, expect, test } from 'vitest';
import { compareAnswers, type GradeOptions } from '../../../src/grading/grade.js';

type Pairs = [answer: string, gold: string][];

function decided(kind: string, { equal = [], apart = [] }: { equal?: Pairs; apart?: Pairs }, options: GradeOptions = {}): void {
  describe(kind, () => {
    if (equal.length > 0) test.each(equal)('%s = %s', (a, b) => expect(compareAnswers(a, b, options)).toMatchObject({ verdict: 'equal' }));
    if (apart.length > 0) test.each(apart)('%s ≠ %s', (a, b) => expect(compareAnswers(a, b, options).verdict).not.toBe('equal'));
  });
}

decided('numbers', {
  equal: [['1,000,000', '1000000'], ['10{,}000', '10000'], ['10\\,000', '10000'], ['3,\\!110,\\!400', '3110400'], ['1 000.99', '1000.99'], ['1.234,5', '1234.5'],
    ['2,74', '2.74'], ['-0', '0'], ['+5', '5'], ['1\\frac{1}{2}', '3/2'], ['3 1/2', '3.5'], ['2\\frac12', '2.5'], ['0.1\\overline{6}', '\\frac16'], ['1.2 \\times 10^{-3}', '0.0012'],
    ['1e5', '100000'], ['5 million', '5000000'], ['twenty-one', '21'], ['٥', '5'], ['\\frac112', '1/12'], ['-1./3', '-\\frac13'], ['\\frac{12}{5,\\!525}', '12/5525'], ['½', '0.5']],
  apart: [['12,34', '1234'], ['11/2', '1 1/2'], ['12345678901234567890', '12345678901234567891'], ['5 half', '5'], ['32, 349', '32349'], ['(2,5)', '2.5']],
}); // prettier-ignore

decided('decimals: rounding only where a literal stands, to its stated digits', {
  equal: [['0.333333', '\\frac13'], ['3.141593', '\\pi'], ['1.41421356', '\\sqrt2'], ['0.0833333333333333', '\\frac1{12}'], ['1.230', '1.23']],
  apart: [['0.333', '\\frac13'], ['0.333334', '\\frac13'], ['1.4142135', '\\sqrt2'], ['3.14', '\\pi'], ['1.23', '1.24'], ['0.1234567', '0.1234568'], ['2', '1.99999999'],
    ['1.2\\times 10^{-8}', '3\\times 10^{-8}'], ['0.00000001', '0']],
}); // prettier-ignore
decided(
  'decimals, precision 2',
  {
    equal: [
      ['0.33', '\\frac13'],
      ['(0.6, 2.6667]', '(\\frac35, \\frac83]'],
      ['0.123', '0.124'],
    ],
    apart: [['0.34', '\\frac13']],
  },
  { precision: 2 },
);

decided('percentages', {
  equal: [
    ['28 percent', '28\\%'],
    ['28 pct', '28\\%'],
    ['0.28', '28\\%'],
    ['28', '28\\%'],
    ['百分之五', '5\\%'],
  ],
  apart: [
    ['0.5', '0.5\\%'],
    ['50\\%', '5\\%'],
    ['25\\text{ ft}', '25\\%'],
    ['28\\%', '28'],
  ],
});

decided('units, currency, degrees', {
  equal: [['5\\text{ cm}^2', '5'], ['$5', '5 dollars'], ['\\frac13 \\textbf{meters}', '1/3'], ['1,000.99m²', '1000.99'], ['300\\text{ cm}', '3\\text{ m}'], ['61 apples.', '61'],
    ['12个', '12'], ['90^\\circ', '90'], ['\\frac{\\pi}{2}', '90^\\circ'], ['5 m', '5'], ['45 \\text{ units}^2', '45']],
  apart: [['3\\text{ m}', '3\\text{ cm}'], ['5\\text{ cm}', '5\\text{ cm}^2'], ['45^\\circ', '54'], ['3s^2', '3']],
}); // prettier-ignore

decided('bases, times, ratios', {
  equal: [['1112112_{3}', '1112112_3'], ['52_8', '101010_2'], ['1011', '1011_2'], ['152A_{11}', '152A_{11} '], ['12:00', '12:00 '], ['16:30', '4:30 p.m.'], ['6:2', '3:1'], ['3/1', '3:1'],
    ['2:4:6', '1:2:3'], ['11:21', 'V_{1}:V_{2}=11:21']],
  apart: [['1112122_3', '1112112_3'], ['11', '1011_2'], ['1:00', '12:00'], ['4:30 a.m.', '4:30 p.m.'], ['1:3', '3:1']],
}); // prettier-ignore

decided('constants', {
  equal: [['\\frac{1}{\\sqrt3}', '\\frac{\\sqrt3}{3}'], ['\\sqrt{18}', '3\\sqrt2'], ['\\sqrt{3+2\\sqrt2}', '1+\\sqrt2'], ['\\sqrt[3]{2}\\sqrt[3]{4}', '2'], ['\\sin 18^\\circ', '\\frac{\\sqrt5-1}{4}'],
    ['\\ln 4', '2\\ln 2'], ['\\log_28', '3'], ['e^{i\\pi}', '-1'], ['\\sqrt{-4}', '2i'], ['\\frac{1+i}{1-i}', 'i'], ['5!', '120'], ['\\binom52', '10'], ['\\frac{10\\sqrt{10.5}}{27}', '\\frac{5\\sqrt{42}}{27}'],
    ['2^{100000}', '4^{50000}'], ['\\frac{1}{2003!\\cdot2004}', '\\frac{1}{2004!}'], ['\\lfloor 3.7\\rfloor', '3'], ['\\arctan 1', '\\pi/4'], ['+\\infty', '\\infty']],
  apart: [['e^{\\pi\\sqrt{163}}', '262537412640768744'], ['2^{100000}+1', '4^{50000}'], ['\\frac{1+\\sqrt5}{2}', '2'], ['1+\\frac1e', '1-\\frac1e'], ['-\\infty', '\\infty'], ['\\frac10', '\\frac20']],
}); // prettier-ignore

decided('expressions in variables', {
  equal: [['x^2+2x+1', '(x+1)^2'], ['\\sec^2 y', '\\tan^2 y+1'], ['(1+x)^{999}(x+1)', '(x+1)^{1000}'], ['\\sin 2x', '2\\sin x\\cos x'], ['x^2y', 'yx^2'], ['2\\cdot2^n', '2^{n+1}'], ['n(n-1)!', 'n!'],
    ['\\sqrt{x}\\sqrt{y}', '\\sqrt{xy}'], ['6\\sqrt{35}x\\sqrt{x}', '6x\\sqrt{35x}'], ['\\log x+\\log y', '\\log(xy)'], ['y^{\\prime}+1', "y'+1"], ['\\frac{ab\\sin C}{2}', '\\frac12ab\\sin C']],
  apart: [['x+1', 'x+2n+1'], ['x', '\\sqrt{x^2}'], ["y'", 'y'], ['5y', '5x'], ['f(x+1)', 'f(x)+f'], ['x', 'X'], ['(+5)(b+2)', '(a+5)(b+2)'], ['x^{1000}', 'x^{1001}']],
}); // prettier-ignore

decided('equations and assignments', {
  equal: [['y=-\\frac12x+\\frac34', '2x+4y-3=0'], ['-34x-45y+20z-100=0', '34x+45y-20z+100=0'], ['y=\\frac1x', 'xy=1'], ['k=\\frac13', '\\frac13'], ['x=5+5+1=11', 'x=11'], ['\\sqrt{13}\\approx3.61', '\\sqrt{13}'],
    ['\\frac1{\\sqrt6}', '\\frac{NO}{BO}=\\frac1{\\sqrt6}'], ['1', 'f(x)=1'], ['(3,2)', '(p,q)=(3,2)'], ['2x=4', 'x=2'], ['x=2 or x=3', 'x^2-5x+6=0']],
  apart: [['y=1', 'x=1'], ['11a+c', '7=11a+c'], ['0', 'a+3z=0'], ['x^2+y^2=2', 'x^2+y^2=1'], ['g(x)=x^2', 'f(x)=x^2']],
}); // prettier-ignore

decided('inequalities and parts of the line', {
  equal: [['5\\ge x', 'x\\le 5'], ['-x>-1', 'x<1'], ['(0,1)', '0<f(x)<1'], ['x>2', '2x>4'], ['x+y<3', '-x-y>-3'], ['(2,3]\\cup[0,1)', '[0,1)\\cup(2,3]'], ['[0,1]\\cup[1,2]', '[0,2]'],
    ['\\mathbb{R}\\setminus\\{2\\}', '(-\\infty,2)\\cup(2,\\infty)'], ['(-\\infty,-1) U (1,\\infty)', 'x<-1 or x>1'], ['[-2,7]', 'x\\in[-2,7]'], ['(-3,3)', '|x|<3'], ['(2,3)', 'x^2-5x+6<0'], ['f(2)<f(1)<f(4)', 'f(4)>f(1)>f(2)']],
  apart: [['x<5', 'x>5'], ['x>2', 'x\\ge2'], ['[0,1)', '[0,9)'], ['(0,1)', '[0,1]'], ['y<1', 'x<1'], ['x+y>3', 'x+y<3']],
}); // prettier-ignore
decided('a relation for a set', {
  equal: [
    ['-2\\le x\\le7', '[-2,7]'],
    ['x>2 or x<-2', '(-\\infty,-2)\\cup(2,\\infty)'],
    ['x\\ne2', '\\mathbb{R}\\setminus\\{2\\}'],
    ['x>2', '(2,\\infty)'],
  ],
});

decided('a relation for a set, where that does not count', { apart: [['x>2', '(2,\\infty)']] }, { setRelation: false });

decided(
  'work left undone, where it does not count',
  {
    equal: [
      ['12', '12'],
      ['7 + 5 = 12', '12'],
      ['\\frac{24}{2}', '12'],
      ['-$12.00', '-12'],
      ['x = 12 apples', '12'],
      ['7 + x', 'x + 7'],
      ['2\\sqrt{3}', '\\sqrt{12}'],
    ],
    apart: [
      ['7+5', '12'],
      ['3 \\cdot 4', '12'],
      ['\\sqrt{144}', '12'],
      ['12 = 7 + 5', '12'],
    ],
  },
  { evaluated: true },
);

decided('lists, sets, tuples', {
  equal: [['2,1', '\\{1,2\\}'], ['1\\pm\\sqrt{19}', '1-\\sqrt{19}, 1+\\sqrt{19}'], ['-2, 1+\\sqrt5, 1-\\sqrt5', '\\{1\\pm\\sqrt5,-2\\}'], ['$1$ and $2$ and $3$', '1,2,3'], ['n=1,2,3', '3,2,1'], ['x=1,x=2', '2,1'],
    ['y=2,x=1', 'x=1,y=2'], ['(1,2)', 'x=1,y=2'], ['4,5', 'AB=4,CD=5'], ['(5,2),(7,2)', 'p=5,q=2;p=7,q=2'], ['(3,4),(1,2)', '\\{(1,2),(3,4)\\}'], ['(7,11), (11,7)', '(11,7)or(7,11)'], ['1,2,2', '1,2'],
    ['\\{100,200\\}', '100,200'], ['\\{5\\}', '5'], ['1,2', '(1,2)'], ['\\{\\}', '\\emptyset'], ['7, -2, \\text{ and } -5', '-5,-2,7']],
  apart: [['(2,1)', '(1,2)'], ['(1,2,3)', '(3,2,1)'], ['1,2', '1,2,2'], ['(1,2)', '\\{1,2\\}'], ['x=2,y=1', 'x=1,y=2'], ['1,2', '1,2,3'], ['y=1,y=2', 'x=1,x=2'], ['1', '1,2']],
}); // prettier-ignore

decided('matrices and vectors', {
  equal: [['\\begin{bmatrix}1\\\\2\\end{bmatrix}', '\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}'], ['\\begin{pmatrix}0.5&1\\\\0&1\\end{pmatrix}', '\\begin{pmatrix}1/2&1\\\\0&1\\end{pmatrix}'], ['(1,2)', '\\begin{pmatrix}1\\\\2\\end{pmatrix}'], ['\\langle1,2\\rangle', '(1,2)']],
  apart: [['\\begin{pmatrix}1&2\\\\3&5\\end{pmatrix}', '\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}'], ['\\begin{pmatrix}1&2\\end{pmatrix}', '\\begin{pmatrix}1\\\\2\\end{pmatrix}']],
}); // prettier-ignore

decided('words and choices', {
  equal: [['Even', '\\text{even}'], ['$odd$', '\\text{odd}'], ['\\text{(C)}', 'C'], ['(C)', 'C'], ['C. 12', '\\text{C}'], ['(C) 12', '12'], ['true', 'Yes'], ['A, C', 'C, A'], ['ACF', '\\text{A,C,F}'], ['\\text{June 20}', 'June 20'],
    ['no solution', '\\emptyset'], ['三分之二', '\\frac23'], ['all real numbers', '(-\\infty,\\infty)']],
  apart: [['odd', 'even'], ['A', 'B'], ['Monday', '5'], ['\\text{AB}', '\\text{BA}'], ['', ''], ['not 5', '5']],
}); // prettier-ignore

decided(
  'without strictness',
  {
    equal: [
      ['y+1', 'x+1'],
      ['y=1', 'x=1'],
      ['(1,2)', '\\{1,2\\}'],
      ['\\{1,2\\}', '(1,2)'],
    ],
    apart: [['y+2', 'x+1']],
  },
  { strict: false },
);

test('several parts are the members of one list', () => {
  expect(compareAnswers(['(2, 2)', '(6, 2)'], '(6, 2), (2, 2)').verdict).toBe('equal');
  expect(compareAnswers(['-2(x-1)^2+5', '3(x+2)^2-2'], 'y_{1}=-2x^{2}+4x+3, y_{2}=3x^{2}+12x+10').verdict).toBe('equal');
  expect(compareAnswers('1,2', ['1', '2']).verdict).toBe('equal');
});

test('a verdict names its rule, both sides as understood, and the reason where it has none', () => {
  expect(compareAnswers('\\dfrac{6}{4}', '1.5')).toEqual({
    verdict: 'equal',
    rule: 'exact rationals',
    normal: { answer: '\\frac{6}{4}', gold: '1.5' },
  });
  expect(compareAnswers('\\int_0^1 x\\,dx', '\\frac12')).toMatchObject({
    verdict: 'undecided',
    rule: 'parsing',
    open: { answer: '\\int_0^1 x\\,dx', gold: '\\frac12' },
  });
  expect(compareAnswers('9^{9^{9^{9}}}', '1')).toMatchObject({ verdict: 'undecided', rule: 'limit', reason: 'a power is too large' });
});
