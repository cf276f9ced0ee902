/** Questions that turned, phrases and lengths as rows: each says how it was and is, and opens what is behind it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { MeanInterval } from '../../src/core/estimators.js';
import { largest } from '../../src/core/extremes.js';
import { percent, signed } from '../../src/core/format.js';
import type { LengthBand } from '../../src/core/thenNow/lengthChange.js';
import type { PhraseChange, PhraseOrder } from '../../src/core/thenNow/phraseChange.js';
import type { Pair } from '../../src/core/thenNow/stepRange.js';
import type { QuestionSums } from '../../src/core/thenNow/turnedQuestions.js';
import { reveal } from '../../src/core/reveal.js';
import type { TurnedRow } from '../../src/store/views.js';
import { bandText, pointsInterval, pointsText, slopeMeaning, type TermRow } from '../../src/words/thenNowText.js';
import { answerText } from '../shared/verdict.js';

export interface ListEvents {
  open: (index: number, aside: boolean) => void;
  select: (index: number) => void;
  /** Sets the two texts of a question beside each other, or puts them away. */
  compare: (index: number) => void;
}

/** Where a list stands among all that keys walk through. */
export interface Place {
  /** Index of its first row. */
  first: number;
  selected: number | undefined;
}

function entry(
  index: number,
  selected: boolean,
  label: string,
  { open, select }: ListEvents,
  cells: unknown,
  below: unknown = nothing,
): TemplateResult {
  return html`
    <li class=${selected ? 'selected' : ''} aria-current=${selected ? 'true' : 'false'}>
      <button
        class="plain"
        data-index=${index}
        title=${label}
        @focus=${() => select(index)}
        @click=${(e: MouseEvent) => open(index, e.ctrlKey || e.metaKey)}
        @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(index, true) : undefined)}
      >
        ${cells}
      </button>
      ${below}
    </li>
  `;
}

/** Share of the longest bar, at least. */
const leastScale = 0.01;

/** Two shares as bars above each other, on one scale. */
const bars = ([then, now]: Pair<number | null>, most = 1): TemplateResult => html`
  <span class="two-bars" aria-hidden="true"
    >${[then, now].map((share) => html`<i style="width: ${(100 * Math.abs(share ?? 0)) / (most || 1)}%"></i>`)}</span
  >
`;

const change = (difference: MeanInterval): TemplateResult => html`
  <span class="change">
    <b>${pointsText(difference.mean)}</b>
    <span class="quiet" title="Its 95 % interval">${pointsInterval(difference)}</span>
  </span>
`;

const advantages = ([then, now]: Pair<number | null>): TemplateResult => html`
  <span class="means" title="Mean advantage of these solutions, then and now">${tone(then)} <span class="quiet">→</span> ${tone(now)}</span>
`;

const tone = (mean: number | null): TemplateResult => {
  const side = mean === null || mean === 0 ? 'zero' : mean > 0 ? 'up' : 'down';
  return html`<span class="advantage-${side}">${mean === null ? 'Â –' : `Â ${signed(mean)}`}</span>`;
};

const rightText = ({ right, judged }: QuestionSums): string => `${right.toLocaleString('en-US')}/${judged.toLocaleString('en-US')}`;

/** @param texts the two solutions beside each other, of the row where they are wanted @param hint for the way to them */
export const turnedList = (
  name: string,
  rows: readonly TurnedRow[],
  { first, selected }: Place,
  events: ListEvents,
  { compared, texts, hint }: { compared: number | undefined; texts: (row: TurnedRow) => TemplateResult; hint: string },
): TemplateResult => html`
  <ol class="entries turned" aria-label=${name}>
    ${rows.map((row, i) => {
      const [then, now] = row.sums;
      const index = first + i;
      const isOpen = compared === index;
      return entry(
        index,
        index === selected,
        'Open the question over training',
        events,
        html`
          <span class="question-line">${row.question === '' ? html`<i>empty question</i>` : reveal(row.question)}</span>
          ${bars([then.right / then.judged, now.right / now.judged])}
          <span title="Right solutions of those that were judged, then and now">${rightText(then)} → ${rightText(now)}</span>
          ${change(row.change)}
          <span class="gold"><span class="quiet">gold</span> ${row.gold === null ? '–' : answerText(row.gold)}</span>
        `,
        html`
          <button class="link beside" title=${hint} aria-expanded=${isOpen ? 'true' : 'false'} @click=${() => events.compare(index)}>
            two texts
          </button>
          ${isOpen ? texts(row) : nothing}
        `,
      );
    })}
  </ol>
`;

export function phraseList(
  rows: readonly PhraseChange[],
  order: PhraseOrder,
  { first, selected }: Place,
  events: ListEvents,
): TemplateResult {
  const most = largest(
    rows.flatMap(({ share }) => [share[0].mean, share[1].mean]),
    leastScale,
  );
  return html`
    <ol class="entries phrases" aria-label="Phrases">
      ${rows.map((row, i) =>
        entry(
          first + i,
          first + i === selected,
          'Find the solutions with this phrase, in the range in which more have it',
          events,
          html`
            <span class="phrase">
              <code>${reveal(row.phrase)}</code>
              ${
                row.alike > 0
                  ? html`<span
                      class="quiet"
                      title="Phrases that share words with it and that nearly as many solutions have: it stands for them"
                      >and ${row.alike.toLocaleString('en-US')} like it</span
                    >`
                  : nothing
              }
            </span>
            ${bars([row.share[0].mean, row.share[1].mean], most)}
            <span title="Share of the solutions that have it, then and now"
              >${percent(row.share[0].mean)} → ${percent(row.share[1].mean)}</span
            >
            ${order === 'change' ? change(row.change) : slope(row.slope)} ${advantages(row.advantage)}
          `,
        ),
      )}
    </ol>
  `;
}

const slope = (of: MeanInterval | null): TemplateResult =>
  of === null
    ? html`<span class="change">–</span>`
    : html`<span class="change" title=${slopeMeaning}>
        <b>${pointsText(of.mean)} per Â</b> <span class="quiet">${pointsInterval(of)}</span>
      </span>`;

export function lengthList(bands: readonly LengthBand[], { first, selected }: Place, events: ListEvents): TemplateResult {
  const most = largest(
    bands.flatMap(({ share }) => [share[0] ?? 0, share[1] ?? 0]),
    leastScale,
  );
  return html`
    <ol class="entries bands" aria-label="Lengths in tokens">
      ${bands.map((band, i) =>
        entry(
          first + i,
          first + i === selected,
          'Find the solutions of this length, in the range that has more of them',
          events,
          html`
            <span>${bandText(band)} <span class="quiet">tokens</span></span>
            ${bars(band.share, most)}
            <span title="Share of the solutions whose length is known, then and now"
              >${percent(band.share[0])} → ${percent(band.share[1])}</span
            >
            ${advantages(band.advantage)}
          `,
        ),
      )}
    </ol>
  `;
}

/** A part that is negative pulls against the others. */
export const termList = (rows: readonly TermRow[]): TemplateResult => html`
  <ul class="terms" aria-label="Reward terms">
    ${rows.map(
      ({ term, share }) => html`
        <li><span class="term">${reveal(term)}</span> ${bars(share)} <span>${percent(share[0])} → ${percent(share[1])}</span></li>
      `,
    )}
  </ul>
`;
