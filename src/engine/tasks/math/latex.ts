/** LaTeX for the steps of the math tasks. Numbers are small integers. */

export function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

export const times = '\\cdot ';

/** $a/b$ as it stands: \frac{4}{6}, -\frac{1}{2}. @param b above 0 */
export const frac = (a: number, b: number): string => `${a < 0 ? '-' : ''}\\frac{${Math.abs(a)}}{${b}}`;

/** $a/b$ in lowest terms: \frac{2}{3}, 5, -\frac{1}{2}. @param b not 0 */
export function reduced(a: number, b: number): string {
  const common = gcd(a, b) * Math.sign(b);
  const [top, bottom] = [a / common, b / common];
  return bottom === 1 ? String(top) : frac(top, bottom);
}

/** The steps of a fraction to its lowest terms: \frac{4}{6}=\frac{2}{3}. Said once when it is in them already. */
export function reducing(a: number, b: number): string {
  const [standing, value] = [frac(a, b), reduced(a, b)];
  return standing === value ? value : `${standing}=${value}`;
}

/** √n with its square factors taken out: 2\sqrt{5}, \sqrt{7}, 5. */
export function root(n: number): string {
  let outside = 1;
  let inside = n;
  for (let f = 2; f * f <= inside; f++) {
    while (inside % (f * f) === 0) {
      inside /= f * f;
      outside *= f;
    }
  }
  if (inside === 1) return String(outside);
  return `${outside === 1 ? '' : outside}\\sqrt{${inside}}`;
}

/** A number behind another term: +3, -3; nothing for 0. */
export const signed = (n: number): string => (n === 0 ? '' : n < 0 ? String(n) : `+${n}`);

/** A coefficient of a letter: 3x, x, -x. @param n not 0 */
export const term = (n: number, letter: string): string => `${n === 1 ? '' : n === -1 ? '-' : n}${letter}`;

/** A coefficient of a letter behind another term: +3x, -x; nothing for 0. */
export const signedTerm = (n: number, letter: string): string => (n === 0 ? '' : n > 0 ? `+${term(n, letter)}` : term(n, letter));

/** A number in a product or behind a sign: (-3), 3. */
export const inBrackets = (n: number): string => (n < 0 ? `(${n})` : String(n));

/** The prime factors of n ≥ 2 with their powers, smallest first. */
export function factors(n: number): [prime: number, power: number][] {
  const found: [number, number][] = [];
  for (let p = 2; n > 1; p++) {
    let power = 0;
    for (; n % p === 0; n /= p) power++;
    if (power > 0) found.push([p, power]);
  }
  return found;
}
