/** A button that opens a list below it. */
import { html, nothing, type TemplateResult } from 'lit';

export interface Menu {
  /** What stands on the button. */
  summary: TemplateResult;
  /** What the list is called. */
  label: string;
  items: TemplateResult | readonly TemplateResult[];
  title?: string;
  kind?: string;
}

export const menu = ({ summary, label, items, title, kind = '' }: Menu): TemplateResult => html`
  <details class="drop ${kind}" @keydown=${closeOnEscape} @focusout=${closeOnLeave}>
    <summary title=${title ?? nothing} aria-label=${title ?? nothing}>${summary}</summary>
    <div class="menu" role="group" aria-label=${label} tabindex="-1">${items}</div>
  </details>
`;

/** For items that do something and are done. */
export function close(e: Event): void {
  const opened = (e.currentTarget as Element).closest('details');
  if (opened) opened.open = false;
}

function closeOnEscape(e: KeyboardEvent): void {
  const opened = e.currentTarget as HTMLDetailsElement;
  if (e.key !== 'Escape' || !opened.open) return;
  opened.open = false;
  opened.querySelector('summary')?.focus();
}

function closeOnLeave(e: FocusEvent): void {
  const opened = e.currentTarget as HTMLDetailsElement;
  if (e.relatedTarget instanceof Node && !opened.contains(e.relatedTarget)) opened.open = false;
}
