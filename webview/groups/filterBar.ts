/** The conditions as controls: buttons that may be pressed together, a range of lengths, a search. */
import { html, nothing, type TemplateResult } from 'lit';
import type { GroupSummary, StepSummary } from '../../src/store/views.js';
import { icon } from '../shared/states.js';
import { failureChips } from './failureChips.js';
import { isFiltered, noFilter, outcomes, passes, traits, type Filter, type GroupOutcome, type Trait } from './filter.js';

export interface FilterBar {
  step: StepSummary;
  groups: readonly GroupSummary[];
  filter: Filter;
  /** The rows are there to learn from: equal rewards mean something. */
  signal: boolean;
  searchHint: string;
  change: (change: Partial<Filter>) => void;
  leaveSearch: (e: KeyboardEvent) => void;
}

const meanings: Record<GroupOutcome | Trait, string> = {
  mixed: 'Right and wrong solutions in one group',
  'all right': 'Every solution is right',
  'all wrong': 'Every solution is wrong',
  'no signal': 'All rewards are equal: every advantage is 0',
  evaluation: 'Rows of an evaluation, not trained on',
  'trained on': 'Rows that are no evaluation’s',
};

export function filterBar({ step, groups, filter, signal, searchHint, change, leaveSearch }: FilterBar): TemplateResult {
  const total = groups.length;
  const counts = (f: GroupOutcome | Trait): number => groups.filter(passes[f]).length;
  // What all groups have, or none, tells none from another.
  const offered = <F extends GroupOutcome | Trait>(all: readonly F[], chosen: readonly F[], least = 1): F[] =>
    all.filter((f) => chosen.includes(f) || (counts(f) >= least && (signal || f !== 'no signal') && (!isSplit(f) || counts(f) < total)));
  const toggle = <F>(list: readonly F[], f: F): F[] => (list.includes(f) ? list.filter((other) => other !== f) : [...list, f]);
  const button = (f: GroupOutcome | Trait, pressed: boolean, press: () => void): TemplateResult =>
    html`<button aria-pressed=${pressed ? 'true' : 'false'} title=${meanings[f]} @click=${press}>
      ${f} <span class="quiet">${counts(f).toLocaleString('en-US')}</span>
    </button>`;
  const [kinds, others] = [offered(outcomes, filter.outcomes), offered(traits, filter.traits)];
  const chips = failureChips(step, filter.failures);
  return html`
    <div class="segments" role="group" aria-label="Show groups">
      <button aria-pressed=${isFiltered(filter) ? 'false' : 'true'} title="Without any condition" @click=${() => change(noFilter)}>
        all <span class="quiet">${step.groups.toLocaleString('en-US')}</span>
      </button>
      ${kinds.map((o) => button(o, filter.outcomes.includes(o), () => change({ outcomes: toggle(filter.outcomes, o) })))}
    </div>
    ${
      others.length === 0
        ? nothing
        : html`<div class="segments" role="group" aria-label="And only those that are">
            ${others.map((t) => button(t, filter.traits.includes(t), () => change({ traits: toggle(filter.traits, t) })))}
          </div>`
    }
    ${
      chips.length === 0
        ? nothing
        : html`<div class="segments" role="group" aria-label="And only those in which something failed">
            ${chips.map(({ failure, name, number, empty, title }) => {
              const pressed = filter.failures.includes(failure);
              return html`<button
                aria-pressed=${pressed ? 'true' : 'false'}
                title=${title}
                ?disabled=${empty && !pressed}
                @click=${() => change({ failures: toggle(filter.failures, failure) })}
              >
                ${name} <span class="quiet">${number}</span>
              </button>`;
            })}
          </div>`
    }
    ${groups.some((g) => g.lengthMean > 0) ? lengthRange(filter, change) : nothing}
    <span class="search">
      ${icon('search')}
      <input
        type="search"
        placeholder="Search the questions"
        aria-label="Search the questions"
        title="${searchHint}. It reads what a row has of its question (at most 200 characters) and its gold answer."
        .value=${filter.search}
        @input=${(e: Event) => change({ search: (e.target as HTMLInputElement).value })}
        @keydown=${leaveSearch}
      />
    </span>
  `;
}

const isSplit = (f: GroupOutcome | Trait): boolean => f === 'evaluation' || f === 'trained on';

function lengthRange({ shortest, longest }: Filter, change: FilterBar['change']): TemplateResult {
  const field = (key: 'shortest' | 'longest', value: number | null, name: string, placeholder: string): TemplateResult =>
    html`<input
      type="number"
      min="0"
      placeholder=${placeholder}
      aria-label=${name}
      .value=${value === null ? '' : String(value)}
      @input=${(e: Event) => change({ [key]: numberIn(e.target as HTMLInputElement) })}
    />`;
  return html`<span class="range" title="Mean length of a group's solutions, in tokens">
    <span class="quiet">length</span> ${field('shortest', shortest, 'Mean length at least, in tokens', 'from')} –
    ${field('longest', longest, 'Mean length at most, in tokens', 'to')}
  </span>`;
}

const numberIn = ({ value, valueAsNumber }: HTMLInputElement): number | null =>
  value.trim() === '' || !Number.isFinite(valueAsNumber) ? null : valueAsNumber;
