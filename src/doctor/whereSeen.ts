/** Where else a finding can be seen than in its doors: solutions to search for, curves, and the times of steps. */
import type { SeriesName } from './namedSeries.js';

export interface Seen {
  /** In the language of filters (docs/search.md), of solutions since the onset. */
  filter?: string;
  /** By which number they are listed: `reward`, or `tokens:asc`. */
  order?: string;
  series?: readonly SeriesName[];
  /** What the time of its steps went into. */
  timeline?: true;
}

/** By the rule; one that is missing is seen in its doors alone. */
const places: Readonly<Record<string, Seen>> = {
  'not-finite': { series: ['loss', 'gradient', 'kl', 'entropy', 'reward'] },
  'impossible-advantage': { filter: 'advantage is known', order: 'advantage' },
  'stale-samples': { filter: 'advantage < 0', order: 'policy_version:asc' },
  'sampler-mismatch': { series: ['sampler-gap', 'kl'] },
  'top-p-bias': { series: ['sampler-gap'] },
  'clip-never-active': { series: ['clip-low', 'clip-high', 'clip', 'sampler-gap'] },
  'end-token': { filter: 'finish = length', order: 'tokens:asc' },
  truncated: { filter: 'truncated', series: ['truncated', 'reward'] },
  'starved-groups': { filter: 'group.right = 0', series: ['zero-std', 'accuracy', 'reward'] },
  grader: { filter: '(not correct or verdict = undecided)', order: 'reward', series: ['reward', 'accuracy'] },
  'format-only': { filter: 'not correct', order: 'reward', series: ['reward', 'accuracy'] },
  'reward-hacking': { filter: 'reward is known', order: 'reward', series: ['reward', 'held-out', 'accuracy'] },
  'reward-collapse': { series: ['reward', 'held-out', 'kl'] },
  'kl-run-away': { filter: 'kl is known', order: 'kl', series: ['kl', 'reward'] },
  'entropy-collapse': { series: ['entropy', 'reward'] },
  'entropy-explosion': { series: ['entropy', 'reward', 'held-out'] },
  'length-explosion': { filter: 'not correct', order: 'tokens' },
  repetition: { filter: 'tokens > 0', order: 'tokens' },
  'failing-environment': { filter: 'failed' },
  stall: { timeline: true },
  'gradient-spike': { series: ['gradient'] },
};

/** @param onset the step at which the finding began */
export function whereSeen(rule: string, onset: number): Seen {
  const place: Seen = Object.hasOwn(places, rule) ? places[rule] : {};
  const { filter, ...rest } = place;
  return { ...rest, ...(filter !== undefined && { filter: `step >= ${onset} and ${filter}` }) };
}
