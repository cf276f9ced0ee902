/** The groups of a step as rows: what was asked, how many got it right, and what each solution learns from it. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { largest } from '../../src/core/extremes.js';
import type { GroupSummary } from '../../src/store/views.js';
import { advantageStrip } from '../shared/advantageStrip.js';
import { questionTitle } from '../shared/questionText.js';
import { count, lengthNumber, meanStd, significant } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import { splitBadge } from '../shared/split.js';
import { icon } from '../shared/states.js';
import { columnLabels, firstDescending, type Column, type Sorting } from './groupRows.js';
import type { GroupColumns } from './groupColumns.js';
import type { Window } from '../shared/rowWindow.js';

export interface TableEvents {
  sort: (sorting: Sorting) => void;
  open: (group: number, aside: boolean) => void;
  select: (group: number) => void;
}

interface Heading {
  /** Columns that this heading sorts by, in turn. */
  column: Column;
  title: string;
  number?: boolean;
}

const headings = (size: number | undefined, shown: GroupColumns): (Heading | { label: string; more: string; title: string })[] => [
  { column: 'group', title: 'Group, in the order the trainer asked', number: true },
  { column: 'question', title: 'What was asked' },
  ...(shown.gold ? [{ column: 'gold' as const, title: 'The gold answer' }] : []),
  { column: 'right', title: 'Correct solutions of the group', number: true },
  { column: 'reward', title: 'Mean of the total reward over the group', number: true },
  { column: 'std', title: 'Standard deviation of the total reward over the group', number: true },
  ...(shown.advantages
    ? [
        {
          label: 'Advantages',
          more: ` (${size === undefined ? '' : `${size}, `}sorted, ±${significant(shown.reach)})`,
          title: `One bar per solution, sorted: up is reinforced, down is suppressed. A full bar is ±${significant(shown.reach)}; one with a gap goes beyond it.`,
        },
      ]
    : []),
  { column: 'length', title: 'Mean response length in tokens', number: true },
  ...(shown.kl === null ? [] : [{ column: 'kl' as const, title: `Mean KL to the reference per token, ${shown.kl}`, number: true }]),
];

/** Questions of so few letters leave room for something else. */
const shortQuestion = 60;

export function table(
  rows: readonly GroupSummary[],
  { from, to }: Window,
  rowHeight: number,
  sorting: Sorting,
  selected: number | undefined,
  shown: GroupColumns,
  events: TableEvents,
): TemplateResult {
  const sizes = new Set(rows.map((g) => g.size));
  const size = sizes.size === 1 ? rows[0].size : undefined;
  return html`
    <table
      role="table"
      class=${shown.letters < shortQuestion ? 'short' : ''}
      aria-rowcount=${rows.length + 1}
      style="--row: ${rowHeight}px; --solutions: ${largest(sizes, 0)}; --letters: ${shown.letters}"
    >
      <thead role="rowgroup">
        <tr role="row" aria-rowindex="1">
          ${headings(size, shown).map((h) => heading(h, sorting, events.sort))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${spacer(from * rowHeight)}
        ${repeat(
          rows.slice(from, to),
          (g) => g.group,
          (g, i) => row(g, from + i, g.group === selected, shown, events),
        )}
        ${spacer((rows.length - to) * rowHeight)}
      </tbody>
    </table>
  `;
}

const spacer = (height: number): TemplateResult | typeof nothing =>
  height > 0 ? html`<tr class="spacer" role="presentation" style="height: ${height}px"></tr>` : nothing;

function heading(h: ReturnType<typeof headings>[number], sorting: Sorting, sort: TableEvents['sort']): TemplateResult {
  if (!('column' in h))
    return html`<th role="columnheader" scope="col" class="advantages" title=${h.title}>${h.label}<span class="many">${h.more}</span></th>`;
  const { column, title, number = false } = h;
  const label = columnLabels[column];
  const active = sorting.column === column;
  const descending = active ? !sorting.descending : firstDescending(column);
  return html`<th
    role="columnheader"
    scope="col"
    class="${column} ${number ? 'number' : ''}"
    aria-sort=${active ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
  >
    <button class="plain" title="${title}. Sort by it." @click=${() => sort({ column, descending })}>
      ${label}${active ? icon(sorting.descending ? 'arrow-down' : 'arrow-up') : nothing}
    </button>
  </th>`;
}

/** A sign where an episode or a tool failed: of what is cut the column of lengths speaks. */
function failureMark({ failures }: GroupSummary): TemplateResult | typeof nothing {
  const [errors, tools] = [failures.errors ?? 0, failures['tool-failures'] ?? 0];
  const words = [errors > 0 && `${count(errors, 'solution')} with an error`, tools > 0 && `${count(tools, 'solution')} with a failed tool`];
  const title = words.filter(Boolean).join(', ');
  return title === '' ? nothing : html`<span class="failed" role="img" aria-label=${title} title=${title}>${icon('warning')}</span>`;
}

function row(g: GroupSummary, index: number, selected: boolean, shown: GroupColumns, { open, select }: TableEvents): TemplateResult {
  const aside = (e: MouseEvent): boolean => e.ctrlKey || e.metaKey;
  const truncated = g.failures.truncated ?? 0;
  return html`
    <tr
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${selected}
      class="group ${selected ? 'selected' : ''}"
      @click=${(e: MouseEvent) => open(g.group, aside(e))}
      @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(g.group, true) : undefined)}
    >
      <td role="cell" class="group number quiet">${g.group + 1}</td>
      <td role="cell" class="question">
        <button class="plain" title=${questionTitle(g.questionPreview)} data-group=${g.group} @focus=${() => select(g.group)}>
          ${shown.mixedSplits ? splitBadge(g.split) : nothing} ${failureMark(g)} ${reveal(g.questionPreview.text)}
        </button>
      </td>
      ${shown.gold ? html`<td role="cell" class="gold" title=${g.gold ?? ''}>${g.gold === null ? '–' : reveal(g.gold)}</td>` : nothing}
      <td role="cell" class="right number">${g.correct ?? '–'}<span class="quiet">/${g.size}</span></td>
      <td role="cell" class="reward number" data-label="reward" title=${meanStd(g.rewardMean, g.rewardStd)}>
        ${significant(g.rewardMean)}
      </td>
      <td role="cell" class="std number">
        ${
          g.zeroStd && shown.signal
            ? html`<span class="no-signal" title="All rewards are equal: every advantage is 0, the group carries no signal"
                >no signal</span
              >`
            : html`<span class="quiet">± ${significant(g.rewardStd)}</span>`
        }
      </td>
      ${
        shown.advantages
          ? html`<td role="cell" class="advantages">
              ${g.advantages.every((a) => a === null) ? '–' : advantageStrip(g.advantages, shown.reach)}
            </td>`
          : nothing
      }
      <td role="cell" class="length number" data-label="length">
        ${truncated > 0 ? html`<span class="quiet cut" title="${count(truncated, 'solution')} cut at the token limit">${truncated} cut</span> ` : nothing}${lengthNumber(g.lengthMean)}
      </td>
      ${shown.kl === null ? nothing : html`<td role="cell" class="kl number">${significant(g.klMean)}</td>`}
    </tr>
  `;
}
