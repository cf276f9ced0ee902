/** `<solution-diff .left .right>`: two solutions of a run side by side, from where they first differ. Pages that use it also import `diff.css`. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { diffTexts, type ComparedText, type TextDiff } from '../../../src/core/diff/textDiff.js';
import { count, lengthText, significant } from '../../../src/core/format.js';
import { messageOf } from '../../../src/core/messageOf.js';
import { reveal } from '../../../src/core/reveal.js';
import { decodeTexts } from '../../../src/core/utf8.js';
import { addressPath, type RunAddress } from '../../../src/protocol/address.js';
import { turnTitle } from '../../../src/protocol/conversation.js';
import { diffSolutions } from '../../../src/contracts/everyPage.js';
import { openSolution, traceOf } from '../../../src/contracts/solution.js';
import type { SolutionDetail } from '../../../src/store/views.js';
import { host } from '../host.js';
import { arePlaced } from '../tokens.js';
import { advantageChip, verdictIcon } from '../verdict.js';
import { diffRows, type DiffRow, type Part } from './diffRows.js';

interface Compared {
  solution: SolutionDetail;
  text: ComparedText;
}
interface Shown {
  left: Compared;
  right: Compared;
  diff: TextDiff;
}

/** Rows laid out at once. */
const atOnce = 400;

class SolutionDiff extends LitElement {
  static override properties = {
    left: { attribute: false },
    right: { attribute: false },
    shown: { state: true },
    fault: { state: true },
    whole: { state: true },
    most: { state: true },
  };
  /** Solutions of a run. */
  declare left: RunAddress;
  declare right: RunAddress;
  declare private shown: Shown | undefined;
  /** Why there is nothing to compare. */
  declare private fault: string | undefined;
  /** Equal text is shown, too. */
  declare private whole: boolean;
  declare private most: number;
  private ticket = 0;
  private rows: DiffRow[] = [];

  constructor() {
    super();
    this.whole = false;
    this.most = atOnce;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isOther = (name: 'left' | 'right'): boolean => {
      const before = changed.get(name);
      return changed.has(name) && !(before && addressPath(before) === addressPath(this[name]));
    };
    if (isOther('left') || isOther('right')) void this.compare();
    const { shown } = this;
    if (shown) this.rows = diffRows(shown.diff, shown.left.text.text, shown.right.text.text, !this.whole);
  }

  private async compare(): Promise<void> {
    const ticket = ++this.ticket;
    try {
      const [left, right] = await Promise.all([compared(this.left), compared(this.right)]);
      if (ticket !== this.ticket) return;
      this.most = atOnce;
      this.fault = undefined;
      this.shown = { left, right, diff: diffTexts(left.text, right.text) };
    } catch (error) {
      if (ticket === this.ticket) this.fault = messageOf(error);
    }
  }

  protected override render(): unknown {
    const { shown } = this;
    if (this.fault !== undefined) return html`<p class="quiet" role="alert">${this.fault}</p>`;
    if (!shown) return html`<p class="quiet" role="status">Comparing…</p>`;
    const { diff, left, right } = shown;
    const more = this.rows.length - this.most;
    return html`
      <p class="diff-summary" role="status">${summaryText(shown)}</p>
      <div class="diff-tools">
        ${
          diff.divergence === null
            ? nothing
            : html`<button class="link" aria-pressed=${this.whole ? 'true' : 'false'} @click=${() => (this.whole = !this.whole)}>
                ${this.whole ? 'Leave out what is equal' : 'Show what is equal, too'}
              </button>`
        }
        <button class="link" @click=${() => this.openInEditor()}>Open in VS Code’s diff editor</button>
      </div>
      <div class="diff-sides">${this.head(left)} ${this.head(right)}</div>
      <div class="diff-rows">${this.rows.slice(0, this.most).map((row) => rowView(row))}</div>
      ${
        more > 0
          ? html`<button class="link" @click=${() => (this.most += atOnce)}>
              Show ${Math.min(more, atOnce).toLocaleString('en-US')} of ${count(more, 'more row')}
            </button>`
          : nothing
      }
    `;
  }

  private head({ solution: s }: Compared): TemplateResult {
    const address = { run: s.run, step: s.step, group: s.group, solution: s.index };
    return html`<p class="diff-side">
      <button class="link" title="Open the solution" @click=${(e: MouseEvent) => this.go(address, e.ctrlKey || e.metaKey)}>
        solution ${s.index + 1}, step ${s.step}
      </button>
      ${verdictIcon(s.correct)} ${s.advantage === null ? nothing : advantageChip(s.advantage)}
      <span>reward <b>${significant(s.reward)}</b></span> <span class="quiet">${lengthText(s.tokens)}</span>
    </p>`;
  }

  private go(address: RunAddress, aside: boolean): void {
    this.dispatchEvent(new CustomEvent('go', { detail: { address, aside }, bubbles: true }));
  }

  private openInEditor(): void {
    host.request(diffSolutions, { left: this.left, right: this.right }).catch((error: unknown) => (this.fault = messageOf(error)));
  }
}

async function compared({ run, step = 0, group = 0, solution = 0 }: RunAddress): Promise<Compared> {
  const address = { run, step, group, solution };
  const [answer, trace] = await Promise.all([host.request(openSolution, address), host.request(traceOf, address)]);
  if (!answer) throw new Error(`Solution ${solution + 1} of group ${group + 1} of step ${step} is not here any more.`);
  const detail = decodeTexts(answer);
  const { text, turns } = detail;
  const ends = trace && arePlaced(text, trace.ends) ? Array.from(trace.ends) : null;
  return {
    solution: detail,
    text: { text, ends, sections: turns?.map((turn) => ({ name: turnTitle(turn), start: turn.start, end: turn.end })) ?? null },
  };
}

/** Where they part, and by what they were compared. */
function summaryText({ diff }: Shown): string {
  const { divergence, sharedUnits, unit, isWhole, sections } = diff;
  if (divergence === null) return 'The two texts are the same.';
  const by = unit === 'token' ? '' : ' (compared by words: not both have tokens)';
  const shared =
    sharedUnits === 0
      ? `They differ from the first ${unit} on`
      : `The first ${count(sharedUnits, unit)} are the same; they differ from there`;
  const changes = sections.reduce((n, { pieces }) => n + pieces.filter((p) => !p.same).length, 0);
  const rest = isWhole ? '' : ' They are too different to be aligned to their ends: what is left is shown as different.';
  return `${shared}, in ${count(changes, 'place')}${by}.${rest}`;
}

function rowView(row: DiffRow): TemplateResult {
  if (row.kind === 'folded')
    return html`<p class="diff-folded quiet">${count(row.characters, 'equal character')} in ${count(row.rows, 'line')}</p>`;
  if (row.kind === 'heading')
    return html`<p class="diff-turn left quiet">${row.left ?? ''}</p>
      <p class="diff-turn right quiet">${row.right ?? ''}</p>`;
  const cell = (side: 'left' | 'right', parts: readonly Part[]): TemplateResult =>
    html`<div class="diff-cell ${side} ${row.same ? 'same' : ''}" dir="auto">${parts.map((part) => partView(part))}</div>`;
  return html`${cell('left', row.left)}${cell('right', row.right)}`;
}

const partView = ({ text, changed }: Part): TemplateResult =>
  changed ? html`<span class="diff-changed">${reveal(text)}</span>` : html`${reveal(text)}`;

customElements.define('solution-diff', SolutionDiff);
