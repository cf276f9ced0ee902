import { html, nothing, type TemplateResult } from 'lit';
import type { SolutionSummary } from '../../src/store/views.js';
import { count } from '../../src/core/format.js';
import { segments } from '../shared/segmentedControl.js';
import type { PlayedGroup } from '../../src/contracts/playground.js';
import type { ByHand } from './playgroundModel.js';
import { playedCard, type PlayedCardEvents } from './playedCard.js';

export interface CardList {
  group: PlayedGroup;
  shown: readonly SolutionSummary[];
  /** Those of `shown` that have the chosen answer. */
  listed: readonly SolutionSummary[];
  selected: SolutionSummary;
  byHand: ByHand;
  rendered: boolean;
}

export interface CardListEvents extends PlayedCardEvents {
  render(rendered: boolean): void;
  undoRewards(): void;
  showAll(): void;
}

/** The solutions of a sampled group, and how they are to be shown. */
export function cardList({ group, shown, listed, selected, byHand, rendered }: CardList, events: CardListEvents): TemplateResult {
  const changed = Object.keys(byHand).length;
  return html`
    <div class="controls">
      ${segments(
        'Text',
        [
          { value: 'raw', label: 'raw', title: 'The text as it stands' },
          { value: 'rendered', label: 'rendered', title: 'Markdown and formulas typeset' },
        ],
        rendered ? 'rendered' : 'raw',
        (how) => events.render(how === 'rendered'),
      )}
      ${changed > 0 ? html`<button class="link" @click=${() => events.undoRewards()}>Undo ${count(changed, 'reward')} by hand</button>` : nothing}
      ${
        listed.length < shown.length
          ? html`<span class="quiet">${listed.length} of ${shown.length} shown</span>
              <button class="link" @click=${() => events.showAll()}>Show all</button>`
          : nothing
      }
    </div>
    <ol class="cards">
      ${listed.map((summary) =>
        playedCard(
          {
            summary,
            played: group.solutions[summary.index],
            group: group.state,
            selected: summary === selected,
            byHand: summary.index in byHand,
            rendered,
          },
          events,
        ),
      )}
    </ol>
  `;
}
