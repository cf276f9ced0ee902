/** What was found as rows of one height, of which those in sight are built; some stand under headings. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { count, significant } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import type { FoundSolution } from '../../src/store/views.js';
import type { Window } from '../shared/rowWindow.js';
import { icon } from '../shared/states.js';
import { advantageChip, verdictIcon } from '../shared/verdict.js';
import type { Heading, Item, Row } from './grouping.js';

export interface ListEvents {
  open: (row: Row, aside: boolean) => void;
  /** @param through all from the one before up to this one */
  choose: (index: number, through: boolean) => void;
  focus: (index: number) => void;
}

export interface ListState {
  items: readonly Item[];
  built: Window;
  height: number;
  /** Where keys are. */
  selected: number | undefined;
  /** Paths of rows that were chosen. */
  chosen: ReadonlySet<string>;
  /** Rows are of several runs: each says of which. */
  severalRuns: boolean;
}

/** Browsers cannot build what is higher. */
const highest = 15_000_000;

export function resultList(state: ListState, events: ListEvents): TemplateResult {
  const { items, built, height } = state;
  const spacer = (rows: number): TemplateResult | typeof nothing =>
    rows > 0 ? html`<li class="spacer" role="presentation" style="height: ${Math.min(highest, rows * height)}px"></li>` : nothing;
  return html`<ol class="results" style="--row: ${height}px">
    ${spacer(built.from)}
    ${repeat(
      items.slice(built.from, built.to),
      (item, i) => (item.kind === 'row' ? item.path : `heading ${built.from + i}`),
      (item, i) => (item.kind === 'row' ? rowView(item, built.from + i, state, events) : headingView(item)),
    )}
    ${spacer(items.length - built.to)}
  </ol>`;
}

const headingView = ({ title, rows, rewardMean, right, judged }: Heading): TemplateResult => html`
  <li class="heading">
    <h2>${reveal(title)}</h2>
    <p class="quiet">
      ${count(rows, 'solution')} listed · mean reward ${significant(rewardMean)}
      ${judged > 0 ? html`· ${right} of ${judged} judged right` : nothing}
    </p>
  </li>
`;

function rowView(item: Row, index: number, state: ListState, { open, choose, focus }: ListEvents): TemplateResult {
  const { row, path } = item;
  const isChosen = state.chosen.has(path);
  const { step, group, solution } = row.address;
  const place = `step ${step} · group ${group + 1} · solution ${solution + 1}`;
  return html`
    <li
      class="result ${index === state.selected ? 'selected' : ''} ${isChosen ? 'chosen' : ''}"
      aria-setsize=${state.items.length}
      aria-posinset=${index + 1}
      @click=${(e: MouseEvent) => (e.shiftKey ? choose(index, true) : open(item, e.ctrlKey || e.metaKey))}
      @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(item, true) : undefined)}
    >
      <input
        type="checkbox"
        aria-label="Select ${place}"
        tabindex="-1"
        .checked=${isChosen}
        @click=${(e: MouseEvent) => {
          e.stopPropagation();
          choose(index, e.shiftKey);
        }}
      />
      <div class="facts">
        ${verdictIcon(row.correct)} <span title="Reward">${significant(row.reward)}</span> ${advantageChip(row.advantage)}
        ${row.answer === null ? html`<span class="quiet">no answer</span>` : html`<code class="answer" title="Answer">${reveal(row.answer)}</code>`}
        ${row.finish === 'length' ? html`<span class="tag">truncated</span>` : nothing}
        <span class="quiet">${row.tokens > 0 ? count(row.tokens, 'token') : 'length unknown'}</span>
        <span class="place quiet">${state.severalRuns ? html`<span class="run">${reveal(row.runName)}</span> · ` : nothing}${place}</span>
      </div>
      <button class="plain excerpt" title=${reveal(row.questionPreview.text)} data-index=${index} @focus=${() => focus(index)}>
        ${marked(row)}
      </button>
    </li>
  `;
}

/** What stands around the first hit, with each hit in marks. */
function marked({ excerpt: { text, start }, places }: FoundSolution): unknown {
  const parts: unknown[] = start > 0 ? ['…'] : [];
  let at = 0;
  for (const [from, to] of places) {
    const [begin, end] = [from - start, Math.min(to - start, text.length)];
    if (begin < at || begin >= text.length) continue;
    parts.push(oneLine(text.slice(at, begin)), html`<mark>${oneLine(text.slice(begin, end))}</mark>`);
    at = end;
  }
  return [...parts, oneLine(text.slice(at))];
}

const oneLine = (text: string): string => reveal(text).replace(/\s+/g, ' ');

export const chosenText = (n: number, clear: () => void): TemplateResult => html`
  <span role="status">${n.toLocaleString('en-US')} selected</span>
  <button class="icon" title="Select none" aria-label="Select none" @click=${clear}>${icon('close')}</button>
`;
