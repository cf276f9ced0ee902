import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { SolutionSummary } from '../../../src/store/views.js';
import { reveal } from '../../../src/core/reveal.js';
import { lengthText, signed, significant } from '../../../src/core/format.js';
import { barScale, type BarScale } from './barScale.js';
import { abridged } from '../../../src/core/questionPreview.js';

/** Pixels, as in group.css. */
const rewardHeight = 48;
const advantageHeight = 72;
const axisWidth = 52;
const columnWidth = 56;
const previewWidth = 420;

/** Of a group that nothing was trained on, none has one. */
export const hasAdvantages = (solutions: readonly Pick<SolutionSummary, 'advantage'>[]): boolean =>
  solutions.some((s) => s.advantage !== null);

export interface BarEvents {
  hover(index: number | null): void;
  open(index: number, aside: boolean): void;
}

/**
 * Reward above, advantage below, one column per solution, in the order given. Pointing previews a solution, a click opens it;
 * the cards beneath offer the same to the keyboard and to screen readers.
 */
export function bars(
  solutions: readonly SolutionSummary[],
  selected: number | null,
  hovered: number | null,
  events: BarEvents,
  order = hasAdvantages(solutions) ? 'largest advantage first' : 'largest reward first',
): TemplateResult {
  const plain = !hasAdvantages(solutions);
  const rewards = barScale(solutions.map((s) => s.reward));
  const advantages = barScale(
    solutions.map((s) => s.advantage),
    true,
  );
  const at = solutions.findIndex((s) => s.index === hovered);
  return html`
    <div
      class=${classMap({ bars: true, plain })}
      style="--columns: ${solutions.length}"
      role="img"
      aria-label="${plain ? 'Rewards' : 'Rewards and advantages'} of ${solutions.length} solutions, ${order}"
      @pointerleave=${() => events.hover(null)}
    >
      <div class="bar-axis" aria-hidden="true">${axis('reward', rewards)} ${plain ? nothing : axis('Â', advantages)}</div>
      <div class="bar-plots" aria-hidden="true" style=${styleMap({ maxWidth: `${solutions.length * columnWidth}px` })}>
        <i class="bar-zero" style=${styleMap({ top: `${(1 - rewards.zero) * rewardHeight}px` })}></i>
        ${plain ? nothing : html`<i class="bar-zero" style=${styleMap({ top: `${rewardHeight + 8 + (1 - advantages.zero) * advantageHeight}px` })}></i>`}
        ${solutions.map((s) => column(s, rewards, plain ? null : advantages, s.index === selected, events))}
      </div>
      ${at < 0 ? nothing : preview(solutions[at], at, solutions.length)}
    </div>
  `;
}

const axis = (name: string, scale: BarScale): TemplateResult => html`
  <div>
    <span>${scale.high === 0 ? '0' : significant(scale.high)}</span><b>${name}</b
    ><span>${scale.low === 0 ? '0' : significant(scale.low)}</span>
  </div>
`;

function column(s: SolutionSummary, rewards: BarScale, advantages: BarScale | null, selected: boolean, events: BarEvents): TemplateResult {
  return html`
    <div
      class=${classMap({ column: true, selected })}
      @pointerenter=${() => events.hover(s.index)}
      @click=${(e: MouseEvent) => events.open(s.index, e.ctrlKey || e.metaKey)}
    >
      <span class="plot">${s.reward === null ? nothing : html`<i class="reward" style=${place(rewards, s.reward)}></i>`}</span>
      ${
        advantages === null
          ? nothing
          : html`<span class="plot">
              ${s.advantage === null || s.advantage === 0 ? nothing : html`<i class=${s.advantage < 0 ? 'down' : 'up'} style=${place(advantages, s.advantage)}></i>`}
            </span>`
      }
    </div>
  `;
}

function place(scale: BarScale, value: number) {
  const { bottom, height } = scale.bar(value);
  return styleMap({ bottom: `${bottom * 100}%`, height: `${height * 100}%` });
}

/** Stands under its column, as far as there is room to the right. */
function preview(s: SolutionSummary, at: number, n: number): TemplateResult {
  const column = `${axisWidth}px + ${at / n} * min(${n * columnWidth}px, 100% - ${axisWidth}px)`;
  const width = `min(${previewWidth}px, 100%)`;
  return html`
    <div class="bar-preview" style=${styleMap({ width, left: `min(${column}, 100% - ${width})` })}>
      <div>
        <b>Solution ${s.index + 1}</b> ·${s.advantage === null ? nothing : html` Â ${signed(s.advantage)} ·`} reward
        ${significant(s.reward)} · ${s.answer === null ? 'no answer' : `answer ${reveal(abridged(s.answer, 60))}`} · ${lengthText(s.tokens)}
      </div>
      <pre>${reveal(s.preview)}</pre>
    </div>
  `;
}
