/**
 * Arithmetic modulo a prime p ≡ 1 mod 4·(2·3·5·…·97): there −1 and every prime up to 97 have square roots, so that expressions
 * with i and with roots of such numbers map into it exactly. Two expressions that are equal have equal images; two that are
 * not differ at a random point, but for a probability of about degree/p < 10⁻³⁰ (Schwartz 1980, Zippel 1979).
 */
const modulusBase = 9222271855782073699012408589327024280n;
export const primes = [5n * modulusBase + 1n, 10n * modulusBase + 1n] as const;

export const modulo = (a: bigint, p: bigint): bigint => {
  const r = a % p;
  return r < 0n ? r + p : r;
};

export function modularPower(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let b = modulo(base, p);
  for (const bit of exponent.toString(2).split('').reverse()) {
    if (bit === '1') result = (result * b) % p;
    b = (b * b) % p;
  }
  return result;
}

/** a⁻¹ by Euclid's algorithm. @returns undefined for 0 */
export function inverse(a: bigint, p: bigint): bigint | undefined {
  let [r, next] = [p, modulo(a, p)];
  if (next === 0n) return undefined;
  let [t, nextT] = [0n, 1n];
  while (next !== 0n) {
    const q = r / next;
    [r, next] = [next, r - q * next];
    [t, nextT] = [nextT, t - q * nextT];
  }
  return modulo(t, p);
}

const roots = new Map<string, bigint | null>();

/** One fixed square root of a prime (or of −1), by Tonelli and Shanks. @returns null when there is none */
export function squareRoot(a: bigint, p: bigint): bigint | null {
  const key = `${a},${p}`;
  const cached = roots.get(key);
  if (cached !== undefined) return cached;
  const root = tonelliShanks(modulo(a, p), p);
  if (roots.size < 10_000) roots.set(key, root);
  return root;
}

function tonelliShanks(a: bigint, p: bigint): bigint | null {
  if (modularPower(a, (p - 1n) / 2n, p) !== 1n) return null;
  let [q, s] = [p - 1n, 0];
  while (q % 2n === 0n) [q, s] = [q / 2n, s + 1];
  let z = 2n;
  while (modularPower(z, (p - 1n) / 2n, p) === 1n) z++;
  let [m, c, t, r] = [s, modularPower(z, q, p), modularPower(a, q, p), modularPower(a, (q + 1n) / 2n, p)];
  while (t !== 1n) {
    let i = 0;
    for (let u = t; u !== 1n; u = (u * u) % p) i++;
    const b = modularPower(c, 1n << BigInt(m - i - 1), p);
    [m, c] = [i, (b * b) % p];
    [t, r] = [(t * c) % p, (r * b) % p];
  }
  return r;
}

/** A well-mixed element for a name and some values: the same for the same, unrelated otherwise. */
export function scramble(name: string, values: readonly bigint[], p: bigint): bigint {
  let h = 0x9e3779b97f4a7c15n;
  for (let i = 0; i < name.length; i++) h = mix(h ^ BigInt(name.charCodeAt(i)), p);
  for (const v of values) h = mix(h ^ v, p);
  return modulo(h, p);
}

const mix = (h: bigint, p: bigint): bigint => {
  const m = (h * 0xd1342543de82ef95f1357aea2e62a9c5n + 0x14057b7ef767814fn) % p;
  return m ^ (m >> 59n);
};
