import { html, type TemplateResult } from 'lit';
import { factsOf } from '../../../src/core/methods.js';
import type { GroupDetail, SolutionSummary } from '../../../src/store/views.js';
import { signed, significant } from '../../../src/core/format.js';
import '../richText.js';
import { segments } from '../segmentedControl.js';
import { compare, estimatorLabels, estimators, likeliest, nothingTrained, why, type Estimator } from './why.js';

/**
 * The estimator's formula with this group's numbers, for one solution, and whether the recorded advantages are what it gives.
 * @param chosen null: the estimator that fits the recorded advantages
 */
export function whyView(
  group: Pick<GroupDetail, 'advantages' | 'rewardOf' | 'advantageOf' | 'method' | 'stepRewards' | 'split'>,
  selected: SolutionSummary,
  chosen: Estimator | null,
  choose: (estimator: Estimator) => void,
): TemplateResult {
  const untrained = nothingTrained(group);
  if (untrained !== null)
    return html`<section class="why">
      <h2>No advantages</h2>
      <p class="quiet">${untrained}</p>
    </section>`;
  const rewards = Array.from(group.rewardOf);
  if (!allKnown(rewards)) {
    return html`<section class="why">
      <h2>Why</h2>
      <p class="quiet">Some rewards of this group are not recorded, so its advantages cannot be recomputed.</p>
    </section>`;
  }
  const recorded = Array.from(group.advantageOf);
  const estimator = chosen ?? (allKnown(recorded) ? likeliest(rewards, recorded) : 'grpo');
  const { definition, filled, advantage } = why(estimator, rewards, selected.index);
  return whyPanel({
    title:
      selected.advantage === null
        ? `What ${estimatorLabels[estimator]} would give solution ${selected.index + 1}`
        : `Why solution ${selected.index + 1} got Â ${signed(selected.advantage)}`,
    estimator,
    choose,
    formula: [definition, filled],
    note: explanation(rewards, recorded, estimator, selected, advantage, ownWay(group)),
  });
}

export interface WhyPanel {
  title: string;
  estimator: Estimator;
  choose: (estimator: Estimator) => void;
  /** LaTeX, side by side. */
  formula: readonly string[];
  note: TemplateResult | string;
}

export function whyPanel({ title, estimator, choose, formula, note }: WhyPanel): TemplateResult {
  return html`
    <section class="why">
      <div class="why-head">
        <h2>${title}</h2>
        ${segments(
          'Estimator',
          estimators.map((e) => ({ value: e, label: estimatorLabels[e] })),
          estimator,
          choose,
        )}
      </div>
      <p class="why-formula">${formula.map((latex) => html`<tex-formula .latex=${latex}></tex-formula> `)}</p>
      <p class="quiet">${note}</p>
    </section>
  `;
}

function explanation(
  rewards: readonly number[],
  recorded: readonly number[],
  estimator: Estimator,
  selected: SolutionSummary,
  advantage: number,
  own: string | null,
): TemplateResult | string {
  const silent = noSignal(rewards);
  if (!allKnown(recorded)) return `${silent}No advantages are recorded for this group: this is computed from its rewards.`;
  const match = compare(estimator, rewards, recorded);
  const name = estimatorLabels[estimator];
  if (match.kind === 'same') return `${silent}The recorded advantages of all ${rewards.length} solutions are ${name}'s.`;
  if (match.kind === 'sampleStd') {
    return `The recorded advantages are GRPO's with the sample standard deviation, which divides by G − 1 where the paper's divides by G (solution ${selected.index + 1}: ${signed(selected.advantage)}).`;
  }
  if (own !== null)
    return `${silent}${own} Recorded for this solution: ${signed(selected.advantage)}; ${name} would give ${signed(advantage)}.`;
  return html`${silent}<strong>Recorded otherwise:</strong> the trainer wrote ${signed(selected.advantage)} where ${name} gives
    ${signed(advantage)}; ${match.count} of ${rewards.length} solutions differ.`;
}

/** How a method that does not compare the rewards of a group comes to its advantages; null for those that do. */
export function ownWay({ method, stepRewards }: Pick<GroupDetail, 'method' | 'stepRewards'>): string | null {
  const facts = factsOf(method);
  return (stepRewards ? facts?.stepAdvantages : undefined) ?? facts?.ownAdvantages ?? null;
}

/** What rewards that are all equal mean; '' where they are not. */
export const noSignal = (rewards: readonly number[]): string =>
  rewards.length === 1
    ? 'A single solution has none to be compared with: its advantage is 0. '
    : rewards.every((r) => r === rewards[0])
      ? `All ${rewards.length} rewards are ${significant(rewards[0])}: no solution did better than another, so every advantage is 0 and this group teaches nothing. `
      : '';

const allKnown = (values: readonly number[]): boolean => values.every(Number.isFinite);
