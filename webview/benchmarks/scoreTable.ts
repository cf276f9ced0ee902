/** Checkpoints by suites, each score with its interval; a click opens where it was measured. */
import { html, nothing, type TemplateResult } from 'lit';
import { publishedCounterpart, publishedStages, type PublishedModel } from '../../src/core/published.js';
import type { BenchmarkResult } from '../../src/store/views.js';
import { exactTime } from '../../src/core/format.js';
import { breakable } from '../shared/breakable.js';
import { reveal } from '../../src/core/reveal.js';
import { methodLabel, type Family } from './chains.js';
import { bestOf, commonSize, type TestedCheckpoint, type Column, type CellScore } from '../../src/contracts/benchmarkResults.js';
import { columnTitle, placeText, points, range, scoreTitle } from '../shared/scoreText.js';

export interface TableEvents {
  /** Where the result was measured. */
  openResult: (result: BenchmarkResult, aside: boolean) => void;
  openRun: (run: string, aside: boolean) => void;
}

const aside = (e: MouseEvent): boolean => e.ctrlKey || e.metaKey;

/** @param shown the families with the checkpoints that are listed */
export function table(columns: readonly Column[], shown: readonly Family[], published: boolean, events: TableEvents): TemplateResult {
  const listed = shown.flatMap((f) => f.checkpoints);
  // One alone is not the best of anything.
  const compared = (column: string): boolean => listed.filter((c) => c.scores.has(column)).length > 1;
  const best = new Map(columns.map((c) => [c.id, compared(c.id) ? bestOf(listed, c.id) : undefined]));
  const sizes = new Map(columns.map((c) => [c.id, commonSize(listed, c.id)]));
  const bySuite = [...new Set(columns.map((c) => c.suite))].map((suite) => columns.filter((c) => c.suite === suite));
  const first = new Set(bySuite.map(([c]) => c.id));
  return html`
    <div class="scroll" tabindex="0" role="group" aria-label="Scores of all checkpoints">
      <table class="scores">
        <thead>
          <tr>
            <th rowspan="2" scope="col">checkpoint</th>
            ${bySuite.map((of) => html`<th class="suite" colspan=${of.length} scope="colgroup">${breakable(of[0].suite)}</th>`)}
          </tr>
          <tr>
            ${columns.map((c) => html`<th class="number ${first.has(c.id) ? 'suite' : ''}" scope="col">${reveal(c.mode)}${sizeView(sizes.get(c.id))}</th>`)}
          </tr>
        </thead>
        ${shown.map(
          (f) => html`
            <tbody>
              ${f.checkpoints.map((c, i) => row(c, i > 0 && goesOn(f.checkpoints[i - 1], c), columns, first, best, sizes, events))}
            </tbody>
          `,
        )}
        ${published ? publishedRows(columns, first) : nothing}
      </table>
    </div>
  `;
}

/** The same stage of the same run: said once. */
const goesOn = (before: TestedCheckpoint, c: TestedCheckpoint): boolean => before.at.run === c.at.run && before.stage === c.stage;

const sizeView = (n: number | undefined): TemplateResult | typeof nothing =>
  n === undefined ? nothing : html` <span class="n" title="Questions">n ${n.toLocaleString('en-US')}</span>`;

function row(
  c: TestedCheckpoint,
  continued: boolean,
  columns: readonly Column[],
  first: ReadonlySet<string>,
  best: ReadonlyMap<string, number | undefined>,
  sizes: ReadonlyMap<string, number | undefined>,
  { openResult, openRun }: TableEvents,
): TemplateResult {
  const name = c.run?.name ?? c.at.run;
  const title = c.run ? `${c.run.experiment}, made ${exactTime(c.run.created)}` : 'This run is not here any more.';
  return html`
    <tr>
      <th scope="row" title=${title}>
        <span class="stage ${c.stage ?? 'unknown'}">${continued ? '' : methodLabel(c)}</span>
        ${
          c.run
            ? html`<button class="link name" title=${name} @click=${(e: MouseEvent) => openRun(c.at.run, aside(e))}>${name}</button>`
            : html`<span class="name" title=${name}>${name}</span>`
        }
        <span class="quiet">${placeText(c)}</span>
      </th>
      ${columns.map((column) => cell(c.scores.get(column.id), column, best.get(column.id), sizes.get(column.id) !== undefined, first.has(column.id), openResult))}
    </tr>
  `;
}

function cell(
  score: CellScore | undefined,
  column: Column,
  best: number | undefined,
  sizeKnown: boolean,
  first: boolean,
  open: TableEvents['openResult'],
): TemplateResult {
  const kind = first ? 'number suite' : 'number';
  if (!score) return html`<td class=${kind}><span class="quiet" title="${columnTitle(column)} was not measured here">–</span></td>`;
  const isBest = score.mean === best;
  return html`<td class=${kind}>
    <button
      class="plain score ${isBest ? 'best' : ''}"
      title="${columnTitle(column)}: ${scoreTitle(score)}${isBest ? '. The best of those listed.' : ''}"
      @click=${(e: MouseEvent) => open(score.result, aside(e))}
    >
      <span class="value">${points(score.mean)}</span>
      <span class="quiet interval">${range(score)} ${sizeKnown ? nothing : sizeView(score.n)}</span>
    </button>
  </td>`;
}

/** Apart from what was measured: quiet, without intervals, and said to be of other questions. */
const publishedRows = (columns: readonly Column[], first: ReadonlySet<string>): TemplateResult => html`
  <tbody class="published">
    <tr>
      <th colspan=${columns.length + 1} scope="rowgroup">
        Published, DeepSeekMath 7B, not measured here: GSM8K, MATH, MGSM-zh, CMATH and MATH with Python, not the suites above that mirror
        them
      </th>
    </tr>
    ${publishedStages
      .filter((model) => columns.some((c) => publishedScore(model, c) !== nothing))
      .map(
        (model) => html`
          <tr>
            <th scope="row" title="DeepSeekMath (arXiv 2402.03300), ${model.place}">
              <span class="name">${model.model},</span> <span class="quiet">${model.place}</span>
            </th>
            ${columns.map((c) => html`<td class="number ${first.has(c.id) ? 'suite' : ''}">${publishedScore(model, c)}</td>`)}
          </tr>
        `,
      )}
  </tbody>
`;

function publishedScore({ mode, scores, place }: PublishedModel, column: Column): TemplateResult | typeof nothing {
  const benchmark = publishedCounterpart(column.suite);
  const value = benchmark && mode === column.mode ? scores[benchmark] : undefined;
  return value === undefined ? nothing : html`<span title="Published: ${benchmark}, ${place}">${value.toFixed(1)}</span>`;
}
