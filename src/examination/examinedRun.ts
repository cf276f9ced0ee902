import { factsOf, isEvaluation } from '../core/methods.js';
import type { ExaminedRun } from '../doctor/evidence.js';
import type { ExaminationFacts, RegradeSummary } from '../store/views.js';

/** Backends whose trainer is ours: what it leaves out of an event was not there. */
const ownBackends = ['embedded'];
const normalisations = ['standardised', 'centred', 'leave-one-out'] as const;

/** Who a run is, as the doctor needs it: of our own experiments from the experiment, of others as far as run.json has it. */
export function examinedRun(facts: ExaminationFacts, regrades: readonly RegradeSummary[]): ExaminedRun {
  const { resolved, sampling } = facts;
  const method = record(resolved.method);
  const settings = record(resolved.sampling);
  // Keys of our own schema mean what it says; a foreign configuration may have the same words for something else.
  const ours = !facts.imported && facts.backend !== 'command';
  const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  return {
    method: facts.method,
    learns: learnsFrom(facts.method),
    stepRewards: facts.supervision === 'process',
    own: !facts.imported && ownBackends.includes(facts.backend),
    normalisation: ours ? (normalisations.find((n) => n === method.advantage) ?? null) : null,
    beta: ours ? number(method.beta) : null,
    cap: sampling.max_tokens ?? (ours ? number(settings.max_tokens) : null),
    topP: sampling.top_p ?? (ours && ownBackends.includes(facts.backend) ? 1 : null),
    topK: sampling.top_k ?? null,
    weights: weightsOf(resolved.reward),
    live: facts.live,
    regrades: regrades.map((r) => {
      const alike = r.agreeing + r.rightToWrong + r.wrongToRight;
      return {
        checker: r.checker,
        compared: alike + r.paidCompared,
        differing: r.rightToWrong + r.wrongToRight + r.rightUnpaid + r.wrongPaid,
      };
    }),
  };
}

function learnsFrom(method: string): ExaminedRun['learns'] {
  if (isEvaluation(method)) return 'nothing';
  const facts = factsOf(method);
  if (facts?.trains === 'reward_model') return 'preferences';
  return facts?.from === 'texts' ? 'texts' : 'rewards';
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

function weightsOf(terms: unknown): Record<string, number> {
  if (!Array.isArray(terms)) return {};
  const pairs = terms
    .map(record)
    .flatMap(({ term, weight }) => (typeof term === 'string' && typeof weight === 'number' ? [[term, weight]] : []));
  return Object.fromEntries(pairs) as Record<string, number>;
}
