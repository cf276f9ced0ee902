/** What a page shows when it has nothing to show: designed, with a way on. */
import { html, nothing, type TemplateResult } from 'lit';

export interface StateButton {
  label: string;
  run: () => void;
  secondary?: boolean;
}

export interface PageState {
  /** Codicon name. */
  icon: string;
  title: string;
  /** Why, and what to do. */
  detail: string;
  buttons?: StateButton[];
  /** Read out at once. */
  urgent?: boolean;
}

export const stateView = ({ icon, title, detail, buttons = [], urgent = false }: PageState): TemplateResult => html`
  <section class="state" role=${urgent ? 'alert' : 'status'}>
    <i class="codicon codicon-${icon}" aria-hidden="true"></i>
    <h2>${title}</h2>
    <p>${detail}</p>
    ${buttons.length > 0 ? html`<div class="buttons">${buttons.map(buttonView)}</div>` : nothing}
  </section>
`;

const buttonView = ({ label, run, secondary = false }: StateButton): TemplateResult =>
  html`<vscode-button appearance=${secondary ? 'secondary' : 'primary'} @click=${run}>${label}</vscode-button>`;

/** Grey bars in the shape of what comes; each row lists widths in percent. */
export const skeletonRows = (rows: number, widths: readonly number[]): TemplateResult => html`
  <div class="skeleton" role="status" aria-label="Loading">
    ${Array.from(
      { length: rows },
      () => html`<div class="skeleton-row">${widths.map((w) => html`<span style="flex: ${w} 1 0"></span>`)}</div>`,
    )}
  </div>
`;

/** What is waited for, in words: seen only when it takes longer than a moment. */
export const reading = (what: string): TemplateResult => html`<p class="reading quiet" role="status">${what}</p>`;

/** How much of what is waited for is read; nothing where that is not known. @param done in [0, 1] */
export const progressView = (done: number | undefined): TemplateResult | typeof nothing =>
  done === undefined ? nothing : html`<progress class="reading-bar" aria-label="Reading" .value=${done}></progress>`;

/** A codicon that says nothing to a screen reader: the text beside it does. */
export const icon = (name: string): TemplateResult => html`<i class="codicon codicon-${name}" aria-hidden="true"></i>`;

/** A quiet line above the content: something beside it went wrong. */
export const troubleView = (text: string, dismiss: () => void, again?: () => unknown): TemplateResult => html`
  <p class="trouble" role="alert">
    ${icon('warning')}<span>${text}</span>
    ${again === undefined ? nothing : html`<button class="link" @click=${again}>Try again</button>`}
    <button class="icon" title="Dismiss" aria-label="Dismiss" @click=${dismiss}>${icon('close')}</button>
  </p>
`;
