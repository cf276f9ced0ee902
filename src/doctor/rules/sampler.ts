import { count, percent, significant } from '../../core/format.js';
import type { ExaminedRun, ExaminedTrace } from '../evidence.js';
import { healthy, unjudged, type Door } from '../judgement.js';
import type { Rule } from '../rule.js';
import { Baseline, Recent, RecentShare, Spell } from '../windows.js';

/** KL(π_sampler ‖ π_old), nats. Sources: the project's table; NeMo-RL calls < 1e-3 healthy; verl warns at 0.1. */
const alarmKl = 1e-2;
const warnKl = 1e-3;
/** exp(mean |Δ|) > 1.05. Source: NeMo-RL. */
const mostSize = Math.log(1.05);
/** Tokens before a mean over them says anything. Ours. */
const leastTokens = 200;
/** Rising windows of 5 steps in a row. Source: the project's table. */
const risingWindows = 5;
const recordSampler =
  'log-probabilities of the engine that sampled (`logp_sampler`) beside the trainer’s (`logp_old`) in traces, at one temperature';

/** The engine that samples and the trainer disagree about the same tokens. */
export const samplerMismatch: Rule = {
  id: 'sampler-mismatch',
  name: 'Sampler ≠ trainer',
  needs: 'traces with `logp_sampler` and `logp_old`, or the metric kl/sampler',
  keeps: '5 values, 5 windows, 5 addresses of tokens',
  consequences: ['top-p-bias'],
  begin: () => {
    const recent = new Recent(5);
    const spell = new Spell();
    const doors: (Required<Door> & { size: number })[] = [];
    let [steps, tokens, largest, rising, before] = [0, 0, 0, 0, NaN];
    let [metricSeen, metricHigh] = [0, 0];
    return {
      step: ({ step, traces, series }) => {
        const metric = series['sampler-gap'] ?? NaN;
        if (Number.isFinite(metric)) {
          metricSeen++;
          metricHigh = Math.max(metricHigh, metric);
        }
        const compared = traces.flatMap((t) => (t.sampler && t.sampler.tokens > 0 ? [{ ...t, sampler: t.sampler }] : []));
        if (compared.length > 0) {
          const of = compared.reduce((n, t) => n + t.sampler.tokens, 0);
          const mean = (value: (t: ExaminedTrace & { sampler: NonNullable<ExaminedTrace['sampler']> }) => number): number =>
            compared.reduce((sum, t) => sum + value(t) * t.sampler.tokens, 0) / of;
          steps++;
          tokens += of;
          const kl = mean((t) => t.sampler.kl);
          recent.add(step, kl);
          largest = Math.max(largest, kl);
          if (steps % 5 === 0) {
            rising = recent.mean > Math.max(before, warnKl) ? rising + 1 : 0;
            before = recent.mean;
          }
          for (const t of compared)
            if (t.sampler.worst >= 0)
              doors.push({ step, group: t.group, solution: t.solution, token: t.sampler.worst, size: t.sampler.size });
          doors.sort((a, b) => b.size - a.size);
          doors.length = Math.min(doors.length, 5);
          if (tokens >= leastTokens) spell.see(step, kl > alarmKl || mean((t) => t.sampler.size) > mostSize || rising >= risingWindows);
        } else if (Number.isFinite(metric)) spell.see(step, metric > mostSize);
      },
      judgement: () => {
        if (steps === 0 && metricSeen === 0) return unjudged('log-probabilities of the sampling engine are not recorded', recordSampler);
        if (spell.judged === 0) return unjudged(`it takes ${leastTokens} tokens with both log-probabilities`);
        const seen =
          steps > 0
            ? `KL(sampler ‖ trainer) at most ${significant(largest)} nats in ${count(tokens, 'token')}`
            : `kl/sampler at most ${significant(metricHigh)}`;
        if (spell.onset === null)
          return healthy(
            `${seen} (alarm ${alarmKl}, or a mean difference of ${significant(mostSize)})${steps > 0 && largest > warnKl ? '; above the 1e-3 that is usual' : ''}`,
          );
        const share = spell.steps / spell.judged;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `${seen}, where less than ${warnKl} is usual`,
          cost: {
            share,
            text: `in ${percent(share)} of the steps that were looked into the gradient is of another policy than the one that sampled`,
          },
          advice:
            'Weights not synced, another precision or kernel, another temperature or chat template in the engine; until it is found, truncated importance sampling.',
          doors: doors.map(({ step, group, solution, token }) => ({ step, group, solution, token })),
        };
      },
    };
  },
};

/** Solutions whose trainer finds them less likely on average. Source: the project's table. */
const mostBelow = 0.8;

/** A truncated distribution was sampled from, and the trainer learns as if it were whole. */
export const truncatedSampling: Rule = {
  id: 'top-p-bias',
  name: 'Top-p or top-k bias',
  needs: '`sampling.top_p` and `top_k` in run.json; traces with `logp_sampler` and `logp_old`',
  keeps: '2 counts, 5 addresses',
  begin: ({ topP, topK }) => {
    const isCut = (topP !== null && topP < 1) || (topK !== null && topK > 0);
    let [below, all, first] = [0, 0, NaN];
    const doors: Door[] = [];
    return {
      step: ({ step, traces }) => {
        for (const { group, solution, sampler } of traces) {
          if (!sampler || sampler.tokens === 0) continue;
          all++;
          if (sampler.gap >= 0) continue;
          below++;
          if (below === 1) first = step;
          if (doors.length < 5) doors.push({ step, group, solution });
        }
      },
      judgement: () => {
        if (topP === null && topK === null)
          return unjudged('top_p and top_k are not recorded', '`sampling.top_p` and `sampling.top_k` in run.json');
        if (!isCut) return healthy('the whole distribution is sampled from');
        if (all < 20) return unjudged('log-probabilities of the sampling engine are not recorded', recordSampler);
        const share = below / all;
        if (share <= mostBelow)
          return healthy(`the trainer finds ${percent(share)} of the solutions less likely (threshold ${percent(mostBelow)})`);
        return {
          state: 'sick',
          onset: first,
          until: null,
          evidence: `top_p ${topP ?? '–'}, top_k ${topK ?? '–'}, and the trainer finds ${percent(share)} of ${count(all, 'solution')} less likely than the engine did`,
          cost: { share, text: `${percent(share)} of the solutions are weighed as if the whole distribution had been sampled` },
          advice: 'Sample with top_p 1 and top_k 0 while training, or correct by the sampler’s probabilities.',
          doors,
        };
      },
    };
  },
};

/** Policy versions behind. Source: prime-rl's default. */
const mostLag = 8;
/** Tokens of solutions with Â < 0 whose ratio lies outside [½, 2]. Source: the project's table. */
const mostOutside = 0.05;

/**
 * Mean |log ρ| of a policy that learns once from its own samples is 0 but for rounding: on policy below the first, no more above the second. Ours;
 * of the embedded trainer it is 1e-7, and with two updates 1e-3 to 1e-2.
 */
const onPolicy = 1e-5;
const offPolicy = 1e-3;
/** Traced steps at first by which it is known to learn so. Ours. */
const leastOnPolicy = 5;

/** Solutions of weights that are long gone. */
export const staleSamples: Rule = {
  id: 'stale-samples',
  name: 'Stale samples',
  needs: '`policy_version` of solutions, or traces with `logp` and `logp_old`',
  keeps: '20 sums, 5 values, counts, 5 addresses',
  begin: (run: ExaminedRun) => {
    const spell = new Spell();
    const outside = new RecentShare(5);
    const once = new LearnedOnce();
    let [versions, stale, solutions, mostSeen] = [0, 0, 0, 0];
    let ratios = 0;
    let here = { stale: 0, versions: 0 };
    let negative = new Set<string>();
    return {
      group: ({ group, solutions: all }, step) => {
        for (const [solution, s] of all.entries()) {
          solutions++;
          if ((s.advantage ?? 0) < 0 && negative.size < 65_536) negative.add(`${group}/${solution}`);
          if (s.policyVersion === null) continue;
          const lag = step - s.policyVersion;
          here.versions++;
          mostSeen = Math.max(mostSeen, lag);
          if (lag <= mostLag) continue;
          here.stale++;
          spell.examples.add({ step, group, solution });
        }
      },
      step: ({ step, traces }) => {
        let [out, of] = [0, 0];
        for (const t of traces) {
          if (!t.ratio || !negative.has(`${t.group}/${t.solution}`)) continue;
          out += t.ratio.outside;
          of += t.ratio.tokens;
        }
        negative = new Set();
        if (of > 0) {
          ratios += of;
          outside.add(step, out, of);
        }
        const compared = traces.flatMap((t) => (t.ratio && t.ratio.tokens > 0 ? [t.ratio] : []));
        once.add(step, compared);
        const lagging = here.versions > 0 && here.stale > 0;
        if (here.versions > 0 || compared.length > 0)
          spell.see(step, lagging || outside.share > mostOutside || once.isOver, once.isOver ? once.since : step);
        versions += here.versions;
        stale += here.stale;
        here = { stale: 0, versions: 0 };
      },
      judgement: () => {
        if (solutions === 0) return unjudged('solutions are not recorded', '`policy_version` of each solution');
        if (versions === 0 && ratios === 0 && !run.own)
          return unjudged(
            'which weights sampled a solution is not recorded',
            '`policy_version` of each solution, or `logp` and `logp_old` in traces',
          );
        if (spell.onset === null)
          return healthy(
            versions === 0
              ? 'every solution was sampled by the weights of its step'
              : `at most ${count(mostSeen, 'step')} behind (threshold ${mostLag})`,
          );
        const share = stale > 0 ? stale / solutions : spell.steps / spell.judged;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence:
            stale > 0
              ? `${percent(share)} of the solutions were sampled by weights more than ${mostLag} steps old, up to ${mostSeen}`
              : once.furthest > 0
                ? `the ratio π_θ/π_old was 1 at first, as with one update for each exploration it must be; later it is off by ${percent(Math.expm1(once.furthest))} in the mean`
                : `more than ${percent(mostOutside)} of the tokens with Â < 0 have a ratio outside [½, 2]`,
          cost: { share, text: `${percent(share)} of the ${stale > 0 ? 'solutions' : 'steps'} teach a policy that is no longer there` },
          advice: 'Fewer updates per exploration, a shorter queue between sampler and trainer, or dropping what is older than a few steps.',
          doors: spell.examples.doors.length > 0 ? spell.examples.doors : [{ step: spell.onset }],
        };
      },
    };
  },
};

/** Whether a policy that learned once from its own samples does so no more. */
class LearnedOnce {
  /** Steps whose ratios are known. */
  steps = 0;
  /** The largest mean |log ρ| since it was over; 0: it is not. */
  furthest = 0;
  private did = true;
  private readonly recent = new Recent(5);

  add(step: number, ratios: readonly NonNullable<ExaminedTrace['ratio']>[]): void {
    const tokens = ratios.reduce((n, r) => n + r.tokens, 0);
    if (tokens === 0) return;
    const size = ratios.reduce((sum, r) => sum + r.size * r.tokens, 0) / tokens;
    if (this.steps++ < leastOnPolicy && !(size < onPolicy)) this.did = false;
    this.recent.add(step, size);
    if (this.isOver) this.furthest = Math.max(this.furthest, this.recent.mean);
  }

  get isOver(): boolean {
    return this.did && this.steps > leastOnPolicy && this.recent.mean > offPolicy;
  }

  /** The step at which it was over, once it is. */
  get since(): number {
    return this.recent.roseAbove(onPolicy);
  }
}

/** Growth of the sampler's KL over its base that counts. Ours. */
const growth = 3;

/** The clip never does anything while sampler and trainer drift apart. */
export const clipNeverActive: Rule = {
  id: 'clip-never-active',
  name: 'Clip never active',
  needs: 'the metrics clip_ratio/low and clip_ratio/high (or clip_ratio), and for an alarm kl/sampler or traces',
  keeps: '5 values and a base',
  begin: () => {
    const base = new Baseline();
    const recent = new Recent(5);
    const spell = new Spell(5);
    let [seen, active, gaps] = [0, 0, 0];
    return {
      step: ({ step, series, traces }) => {
        const parts = [series.clip, series['clip-low'], series['clip-high']].filter((x) => x !== undefined);
        if (parts.length === 0) return;
        seen++;
        if (parts.some((x) => x > 0)) active++;
        const kls = traces.flatMap((t) => (t.sampler && t.sampler.tokens > 0 ? [t.sampler.kl] : []));
        const gap = kls.length > 0 ? kls.reduce((a, b) => a + b, 0) / kls.length : (series['sampler-gap'] ?? NaN);
        if (!Number.isFinite(gap)) return;
        gaps++;
        base.add(gap);
        recent.add(step, gap);
        if (base.value !== null) spell.see(step, active === 0 && recent.mean > Math.max(warnKl, growth * base.value));
      },
      judgement: () => {
        if (seen === 0) return unjudged('how many tokens are clipped is not recorded', 'the metrics clip_ratio/low and clip_ratio/high');
        if (active > 0) return healthy(`the clip acts at ${percent(active / seen)} of the steps`);
        if (spell.onset === null)
          return gaps === 0
            ? unjudged(
                'the clip share is 0 throughout, as it must be on policy with one update; whether it is on policy is not recorded',
                recordSampler,
              )
            : healthy('the clip share is 0 throughout, and sampler and trainer do not drift apart');
        const share = spell.steps / seen;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `not one token was clipped in ${count(seen, 'step')}, while sampler and trainer came to differ ${growth} times as much as at first`,
          cost: { share, text: `in ${percent(share)} of the steps nothing held updates back` },
          advice: 'See which log-probabilities the ratio is made of: recomputed by the trainer for the same weights it is always 1.',
          doors: [{ step: spell.onset }],
        };
      },
    };
  },
};
