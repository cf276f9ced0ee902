/** Solutions of one question at two askings, beside each other. */
import { html, nothing, type TemplateResult } from 'lit';
import { count, lengthNumber, meanStd } from '../../src/core/format.js';
import type { RunAddress } from '../../src/protocol/address.js';
import type { AskingRow, SolutionSummary } from '../../src/store/views.js';
import { card } from '../shared/group/cards.js';
import { ordered } from '../shared/group/solutionOrder.js';

export interface Side {
  /** Place of the asking in the list of all. */
  at: number;
  asking: AskingRow;
  solutions: SolutionSummary[];
}

export interface SideEvents {
  choose: (at: number) => void;
  open: (address: RunAddress, aside: boolean) => void;
}

/** Solutions of a side that are shown; the group's page has all. */
export const mostCards = 6;

/** Index of the solution with the largest advantage, or reward. */
export const bestOf = ({ solutions }: Side): number | undefined => ordered(solutions, 'advantage').at(0)?.index;

/** @param name what the side is called: `Then`, `Now` */
export function sideView(name: string, run: string, side: Side, askings: readonly AskingRow[], events: SideEvents): TemplateResult {
  const { asking, solutions, at } = side;
  const { step, group, size, correct } = asking;
  const address = { run, step, group };
  const shown = ordered(solutions, 'advantage').slice(0, mostCards);
  const hasAdvantages = solutions.some((s) => s.advantage !== null);
  const id = `side-${name.toLowerCase()}`;
  return html`
    <section class="side" aria-labelledby=${id}>
      <div class="side-head">
        <h2 id=${id}>${name}</h2>
        <select aria-label="${name}: asked at" @change=${(e: Event) => events.choose(Number((e.target as HTMLSelectElement).value))}>
          ${askings.map((a, i) => html`<option value=${i} ?selected=${i === at}>${askingText(a, askings)}</option>`)}
        </select>
        <button class="link" @click=${(e: MouseEvent) => events.open(address, e.ctrlKey || e.metaKey)}>Open the group</button>
      </div>
      <p class="quiet">
        ${correct === null ? 'not judged' : `${correct} of ${size} right`} · reward ${meanStd(asking.rewardMean, asking.rewardStd)} · length
        ${lengthNumber(asking.lengthMean)}
      </p>
      <ol class="cards">
        ${shown.map((s) =>
          card(s, false, hasAdvantages, {
            select: () => undefined,
            open: (_index, aside) => events.open({ ...address, solution: s.index }, aside),
          }),
        )}
      </ol>
      ${
        size > shown.length
          ? html`<p class="quiet">
              ${shown.length} of ${count(size, 'solution')}, largest ${hasAdvantages ? 'advantage' : 'reward'}
              first${solutions.length < size ? ` among the first ${solutions.length.toLocaleString('en-US')}` : nothing}
            </p>`
          : nothing
      }
    </section>
  `;
}

/** `step 40`, with its group where the question was asked twice at a step. */
const askingText = ({ step, group }: AskingRow, askings: readonly AskingRow[]): string =>
  askings.some((a) => a.step === step && a.group !== group)
    ? `step ${step.toLocaleString('en-US')}, group ${group + 1}`
    : `step ${step.toLocaleString('en-US')}`;
