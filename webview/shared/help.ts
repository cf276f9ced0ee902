/** The sheet of keys that `?` shows. */
import { html, type TemplateResult } from 'lit';
import type { PageAction } from '../../src/contracts/pageKinds.js';

export type Keys = Partial<Record<PageAction, string>>;

/** What a page does on an action; the label is what the sheet and tooltips say. */
export type Actions = Partial<Record<PageAction, { label: string; run: () => void }>>;

/** `Next step (])`, or just the label when no key is bound. */
export const withKey = (label: string, key: string | undefined): string => (key ? `${label} (${key})` : label);

export function helpView(actions: Actions, keys: Keys): TemplateResult {
  const rows = Object.entries(actions).map(([action, { label }]) => ({ label, key: keys[action as PageAction] }));
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
