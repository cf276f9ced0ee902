type Token = number | '+' | '-' | '*' | '/' | '(' | ')';

/**
 * Works an expression out as a person would on paper, one easy step at a time; every line is worth the same.
 * 47+36 → 70+13 → 83; 83-36 → 53-6 → 40+(13-6) → 40+7 → 47; 23*4+50 → 80+12+50 → 92+50 → 142.
 * @param expression natural numbers, + − * / and brackets; quotients without rest; no product after a minus
 * @returns the lines after the expression itself, the last of which is its value
 */
export function simplify(expression: string): string[] {
  const lines: string[] = [];
  for (let tokens = parse(expression); tokens.length > 1;) {
    tokens = easiestStep(tokens);
    lines.push(tokens.join(''));
  }
  return lines;
}

const parse = (expression: string): Token[] =>
  (expression.match(/\d+|[-+*/()]/g) ?? []).map((t) => (/\d/.test(t) ? Number(t) : (t as Token)));

/** Innermost brackets first, then products and quotients, then sums and differences; leftmost first. */
function easiestStep(tokens: Token[]): Token[] {
  const close = tokens.indexOf(')');
  if (close > 0) {
    const open = tokens.lastIndexOf('(', close);
    const inner = easiestStep(tokens.slice(open + 1, close));
    return [...tokens.slice(0, open), ...(inner.length === 1 ? inner : ['(' as const, ...inner, ')' as const]), ...tokens.slice(close + 1)];
  }
  const first = tokens.findIndex((t) => t === '*' || t === '/');
  const at = first > 0 ? first : tokens.findIndex((t) => t === '+' || t === '-');
  const [a, sign, b] = tokens.slice(at - 1, at + 2) as [number, Token, number];
  const result = sign === '*' ? product(a, b) : sign === '/' ? [a / b] : sum(a, sign as '+' | '-', b);
  return [...tokens.slice(0, at - 1), ...result, ...tokens.slice(at + 2)];
}

/** A number of one digit and zeros is multiplied by heart; others are split after their first digit. */
function product(a: number, b: number): Token[] {
  const [headA, headB] = [head(a), head(b)];
  if (headB !== b) return [a, '*', headB, '+', a, '*', b - headB];
  if (headA === a) return [a * b];
  const rest = a - headA;
  return head(rest) === rest ? [headA * b, '+', rest * b] : [headA * b, '+', rest, '*', b];
}

/** Tens and ones apart, so that a carry or a borrowed ten stands on the page. */
function sum(a: number, sign: '+' | '-', b: number): Token[] {
  const [onesA, onesB] = [a % 10, b % 10];
  if (sign === '+') return onesA === 0 || onesB === 0 || a + b < 20 ? [a + b] : [a - onesA + b - onesB, '+', onesA + onesB];
  if (onesB === 0 || a < 20) return [a - b];
  if (b > 9) return [a - b + onesB, '-', onesB];
  const kept = a - onesA - (onesA < b ? 10 : 0);
  return [kept, '+', '(', a - kept, '-', b, ')'];
}

/** 347 → 300. */
function head(n: number): number {
  const power = 10 ** (String(n).length - 1);
  return n - (n % power);
}
