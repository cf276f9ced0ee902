/** The sheet of keys that `?` shows. */
import { html, type TemplateResult } from 'lit';
import type { PageAction, PageKeys, PageMove } from '../../src/contracts/pageKinds.js';

/** What a page does on an action; the label is what the sheet and tooltips say. */
export type Actions = Partial<Record<PageAction, { label: string; run: () => void }>>;

/** `Next step (])`, or just the label when no key is bound. */
export const withKey = (label: string, key: string | undefined): string => (key ? `${label} (${key})` : label);

const moves: Record<PageMove, string> = {
  back: 'Back to where you were',
  forward: 'Forward again',
  up: 'The page above: from a solution to its group, its step, its run',
};

export function helpView(actions: Actions, keys: PageKeys): TemplateResult {
  const labels: [string, string][] = [
    ...Object.entries(actions).map(([a, { label }]): [string, string] => [a, label]),
    ...Object.entries(moves),
  ];
  const rows = labels.map(([action, label]) => ({ label, key: keys[action as PageAction | PageMove] }));
  return html`
    <dialog class="help" aria-labelledby="help-title" @click=${closeOutside}>
      <form method="dialog">
        <h2 id="help-title">Keys</h2>
        <dl>
          ${rows.map(
            ({ label, key }) =>
              html`<dt>${key ? html`<kbd>${key}</kbd>` : 'no key'}</dt>
                <dd>${label}</dd>`,
          )}
          <dt><kbd>${keys.help ?? '?'}</kbd></dt>
          <dd>Show these keys</dd>
        </dl>
        <p class="quiet">Change them in Keyboard Shortcuts: search for “GRPO Lab”.</p>
      </form>
    </dialog>
  `;
}

/** A click on the backdrop lands on the dialog itself. */
function closeOutside(e: Event): void {
  if (e.target instanceof HTMLDialogElement) e.target.close();
}
