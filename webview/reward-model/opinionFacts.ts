/** How good a reward model is, as numbers. Pure. */
import { wilsonInterval } from '../../src/core/estimators.js';
import type { Opinions } from '../../src/store/views.js';
import type { Fact } from '../shared/factList.js';
import { count, percent, significant } from '../../src/core/format.js';

/** The numbers that answer "can its opinion stand in for the rule?". */
export function facts(o: Opinions): Fact[] {
  const interval = ({ low, high }: { low: number; high: number }): string => `95 % interval ${percent(low)} to ${percent(high)}`;
  return [
    {
      label: 'agrees',
      value: o.n === 0 ? '–' : percent(o.agreeing / o.n),
      title: `With ½ as the line, it says what the rule says of ${o.agreeing.toLocaleString('en-US')} of ${count(o.n, 'solution')} (${interval(wilsonInterval(o.agreeing, o.n))})`,
    },
    {
      label: 'pairs in order',
      value: o.pairs === 0 ? '–' : percent(o.pairsInOrder / o.pairs),
      title:
        o.pairs === 0
          ? 'No group has both a right and a wrong solution'
          : `Of ${count(o.pairs, 'pair')} of a right and a wrong solution of one question it likes the right one better; equals count half`,
    },
    {
      label: 'calibration error',
      value: o.n === 0 ? '–' : significant(o.reliability.error),
      title: 'Mean distance between its probability and the share that is right, over the bins below',
    },
    {
      label: 'judged',
      value: o.n === 0 ? '0' : `${o.n.toLocaleString('en-US')}, ${percent(o.right / o.n)} right`,
      title:
        'Solutions that both rule and model have judged, and how many the rule counts as right: whoever called all of them right would agree on so many',
    },
  ];
}

/** Two digits after the point, more where two would say certainty: 0.62, 0.997, 1. */
export function probabilityText(p: number): string {
  if (p === 0 || p === 1) return String(p);
  const digits = p > 0.01 && p < 0.99 ? 2 : p > 0.001 && p < 0.999 ? 3 : 4;
  const text = p.toFixed(digits);
  if (Number(text) === 0) return '< 0.0001';
  return Number(text) === 1 ? '> 0.9999' : text;
}

/** `0.3 to 0.4` */
export const binText = ({ low, high }: { low: number; high: number }): string => `${low.toFixed(1)} to ${high.toFixed(1)}`;

/** How many of the newest steps to look at; null is all of them. */
export const spans = [20, 100, null] as const;

/** Those that are a choice for a run with so many steps. @param first, last its steps with solutions */
export const spansFor = (first: number, last: number): readonly (number | null)[] =>
  spans.filter((s) => s === null || s < last - first + 1);
