import { frac, reduced, reducing, root, times } from './latex.js';
import type { Kind, Subject } from './problem.js';

const rectangle: Kind = {
  kind: 'rectangle',
  pose(r) {
    const [a, b] = [r.integer(2, 40), r.integer(2, 20)];
    if (r.next() < 0.5)
      return {
        question: `A rectangle has sides $${a}$ and $${b}$. What is its area?`,
        steps: `$${a}${times}${b}=${a * b}$.`,
        answer: String(a * b),
      };
    return {
      question: `A rectangle has sides $${a}$ and $${b}$. What is its perimeter?`,
      steps: `$2${times}(${a}+${b})=2${times}${a + b}=${2 * (a + b)}$.`,
      answer: String(2 * (a + b)),
    };
  },
};

const triangle: Kind = {
  kind: 'triangle',
  pose(r) {
    const [base, height] = [r.integer(3, 25), r.integer(3, 15)];
    return {
      question: `A triangle has base $${base}$ and height $${height}$. What is its area?`,
      steps: `$\\frac{1}{2}${times}${base}${times}${height}=${reducing(base * height, 2)}$.`,
      answer: reduced(base * height, 2),
    };
  },
};

const angle: Kind = {
  kind: 'angle sum',
  pose(r) {
    const a = r.integer(20, 120);
    const b = r.integer(10, 170 - a);
    return {
      question: `Two angles of a triangle are $${a}^\\circ$ and $${b}^\\circ$. How many degrees has the third?`,
      steps: `$180-${a}-${b}=${180 - a}-${b}=${180 - a - b}$.`,
      answer: String(180 - a - b),
    };
  },
};

const hypotenuse: Kind = {
  kind: 'Pythagoras',
  pose(r) {
    const [a, b] = [r.integer(1, 15), r.integer(1, 15)];
    const square = a * a + b * b;
    const [standing, value] = [`\\sqrt{${square}}`, root(square)];
    return {
      question: `A right triangle has legs $${a}$ and $${b}$. How long is its hypotenuse?`,
      steps: `$\\sqrt{${a}^2+${b}^2}=\\sqrt{${a * a}+${b * b}}=${standing}${standing === value ? '' : `=${value}`}$.`,
      answer: value,
    };
  },
};

const midpoint: Kind = {
  kind: 'midpoint',
  pose(r) {
    const [a, b, c, d] = [r.integer(-9, 15), r.integer(-9, 15), r.integer(-9, 15), r.integer(-9, 15)];
    return {
      question: `What is the midpoint of $(${a},${b})$ and $(${c},${d})$?`,
      steps: `$(${frac(a + c, 2)},${frac(b + d, 2)})=(${reduced(a + c, 2)},${reduced(b + d, 2)})$.`,
      answer: `(${reduced(a + c, 2)},${reduced(b + d, 2)})`,
    };
  },
};

const sector: Kind = {
  kind: 'sector',
  pose(r) {
    const [radius, degrees] = [r.integer(2, 12), 15 * r.integer(1, 23)];
    const area = reduced(degrees * radius * radius, 360);
    const value = area === '1' ? '\\pi' : `${area}\\pi`;
    return {
      question: `A sector of a circle has radius $${radius}$ and angle $${degrees}^\\circ$. What is its area?`,
      steps: `$${frac(degrees, 360)}${times}\\pi${times}${radius}^2=${reduced(degrees, 360)}${times}${radius * radius}\\pi=${value}$.`,
      answer: value,
    };
  },
};

export const geometry: Subject = {
  type: 'Geometry',
  levels: { 1: [rectangle], 2: [triangle], 3: [angle], 4: [hypotenuse], 5: [midpoint, sector] },
};
