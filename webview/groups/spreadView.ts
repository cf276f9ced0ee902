/** How the rewards and lengths of the step are spread, folded away at first: each bar leads to its solutions. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Bin } from '../../src/core/histogram.js';
import type { LengthHistogram, RewardHistogram } from '../../src/store/views.js';
import { lengthHistogram, rewardHistogram } from '../shared/histogram.js';
import { icon } from '../shared/states.js';

export interface SpreadEvents {
  toggle: (shown: boolean) => void;
  find: (property: 'reward' | 'tokens', bins: readonly Bin[], i: number, aside: boolean) => void;
}

/** @param spread undefined: not read yet */
export const spreadView = (
  shown: boolean,
  spread: { rewards: RewardHistogram; lengths: LengthHistogram } | undefined,
  { toggle, find }: SpreadEvents,
): TemplateResult => html`
  <details class="spread" ?open=${shown} @toggle=${(e: Event) => toggle((e.target as HTMLDetailsElement).open)}>
    <summary>${icon('chevron-right')} <span>Rewards and lengths of the step</span></summary>
    ${
      shown && spread
        ? html`<div>
            ${rewardHistogram(spread.rewards, (i, aside) => find('reward', spread.rewards.bins, i, aside))}
            ${lengthHistogram(spread.lengths, (i, aside) => find('tokens', spread.lengths.bins, i, aside))}
          </div>`
        : nothing
    }
  </details>
`;
