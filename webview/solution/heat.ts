/** The heat map over a solution's tokens: which numbers, on which scale. Pure. */
import { largest } from '../../src/core/extremes.js';
import type { LogpTemperatures } from '../../src/core/logpTemperature.js';
import type { Trace } from '../../src/store/views.js';

export const heatModes = ['advantage', 'logp', 'kl', 'ratio', 'entropy'] as const;
export type HeatMode = (typeof heatModes)[number];

export interface HeatLabel {
  label: string;
  symbol: string;
  meaning: string;
  /** Whose log-probabilities it is made of, where it is made of any: their temperature is named beside it. */
  whose?: keyof LogpTemperatures;
}

export const heatLabels: Record<HeatMode, HeatLabel> = {
  advantage: { label: 'advantage', symbol: 'Â', meaning: 'Advantage: green tokens are reinforced, red and underlined ones suppressed.' },
  logp: {
    label: 'log-prob',
    whose: 'trainer',
    symbol: 'log π_old',
    meaning: 'Log-probability under the policy before the update, as the trainer gives it; strong colour marks surprising tokens.',
  },
  kl: { label: 'KL', symbol: 'KL', meaning: 'k3 estimate of KL(π_θ ‖ π_ref) per token.', whose: 'trainer' },
  ratio: { label: 'ratio', symbol: 'π_θ/π_old', meaning: 'Importance ratio: blue above 1, yellow below.', whose: 'trainer' },
  entropy: { label: 'entropy', symbol: 'H', meaning: 'Entropy of the next-token distribution, in nats.' },
};

/** Whose log-probabilities there are, the first of these being shown: one trace never mixes them. */
const logps = ['logpOld', 'logpSampler', 'logp'] as const;
const logpLabels: Record<(typeof logps)[number], HeatLabel> = {
  logpOld: heatLabels.logp,
  logpSampler: {
    label: 'log-prob',
    whose: 'sampler',
    symbol: 'log π_sampler',
    meaning: 'Log-probability as the engine that sampled gives it; strong colour marks surprising tokens.',
  },
  logp: {
    label: 'log-prob',
    whose: 'trainer',
    symbol: 'log π_θ',
    meaning: 'Log-probability under the policy at the last update of the step; strong colour marks surprising tokens.',
  },
};

/** Steps of colour on each side of the neutral value. */
export const levels = 8;

export interface Heat {
  mode: HeatMode;
  /** What is shown, as the trace has it. */
  label: HeatLabel;
  /** One per token; NaN where unknown. */
  values: number[];
  /** The value without colour, and the values with the strongest colour below and above it (equal to it when a side is unused). */
  neutral: number;
  low: number;
  high: number;
  /** Tokens whose values lie beyond `low` and `high`: they have the strongest colour. */
  beyond: { low: number; high: number };
  /** −levels … levels per token: sign is the side, size the strength of colour. */
  levels: Int8Array;
}

/**
 * @param advantage the solution's Â, used for every token that was learned from when the trace has none per token
 * @returns undefined when the trainer did not write these numbers
 */
export function heatOf(mode: HeatMode, trace: Trace, advantage: number | null): Heat | undefined {
  const values = valuesOf(mode, trace, advantage);
  if (!values) return undefined;
  const neutral = mode === 'ratio' ? 1 : 0;
  const { low, high } = rangeOf(mode, values, neutral);
  const strength = Int8Array.from(values, (v) => {
    if (Number.isNaN(v) || v === neutral) return 0;
    const share = v > neutral ? part(mode, v, neutral, high) : -part(mode, v, neutral, low);
    // The smallest advantage still has a sign to show; of the other numbers the small ones are the rule and stay blank.
    const steps = Math.abs(share) * levels;
    return Math.sign(share) * Math.min(levels, mode === 'advantage' ? Math.ceil(steps) : Math.round(steps));
  });
  const beyond = { low: values.filter((v) => v < low).length, high: values.filter((v) => v > high).length };
  const label = mode === 'logp' ? logpLabels[logps.find((name) => trace[name])!] : heatLabels[mode];
  return { mode, label, values, neutral, low, high, beyond, levels: strength };
}

/**
 * The map to start with: advantages where they differ from token to token; one advantage for the whole solution paints all alike,
 * so then the first of KL and log-probability that there is.
 */
export function firstHeat(heats: ReadonlyMap<HeatMode, Heat | undefined>): HeatMode {
  const advantages = heats.get('advantage')?.values.filter((a) => !Number.isNaN(a));
  if (advantages?.some((a) => a !== advantages[0])) return 'advantage';
  return (['kl', 'logp', 'advantage', 'entropy', 'ratio'] as const).find((mode) => heats.get(mode)) ?? 'advantage';
}

function valuesOf(mode: HeatMode, trace: Trace, advantage: number | null): number[] | undefined {
  const values = mode === 'logp' ? (trace.logpOld ?? trace.logpSampler ?? trace.logp) : trace[mode];
  if (values) return Array.from(values);
  return mode === 'advantage' && advantage !== null
    ? Array.from(trace.ends, (_, t) => (trace.mask?.[t] === 0 ? NaN : advantage))
    : undefined;
}

/** Ratios are compared on a log scale (2 is as far from 1 as ½); the rest is linear. */
const part = (mode: HeatMode, v: number, neutral: number, end: number): number => {
  if (end === neutral) return 0;
  const share = mode === 'ratio' ? Math.log(Math.max(v, 1e-12)) / Math.log(Math.max(end, 1e-12)) : (v - neutral) / (end - neutral);
  return Math.min(1, Math.max(0, share));
};

/**
 * Advantages keep one scale, ±2 or wider when the values are, so that colours compare between solutions; the others span what is
 * there up to the 99th percentile, so that one outlier does not blank the rest.
 */
function rangeOf(mode: HeatMode, values: number[], neutral: number): { low: number; high: number } {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  const above = finite.filter((v) => v > neutral);
  const below = finite.filter((v) => v < neutral);
  if (mode === 'advantage') {
    const reach = largest([finite.at(0) ?? 0, finite.at(-1) ?? 0].map(Math.abs), 2);
    return { low: -reach, high: reach };
  }
  const low = below.length === 0 ? neutral : below[Math.floor((below.length - 1) * 0.01)];
  const high = above.length === 0 ? neutral : above[Math.ceil((above.length - 1) * 0.99)];
  // A KL of −1e-16 is rounding, not a side of the scale.
  const [down, up] = [neutral - low, high - neutral];
  return { low: down < 1e-6 * up ? neutral : low, high: up < 1e-6 * down ? neutral : high };
}
