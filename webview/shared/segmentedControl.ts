import { html, type TemplateResult } from 'lit';

export interface Segment<T extends string> {
  value: T;
  label: string;
  /** Tooltip. */
  title?: string;
  disabled?: boolean;
}

/** A choice of a few, side by side (`.segments` of controls.css). */
export const segments = <T extends string>(
  label: string,
  choices: readonly Segment<T>[],
  chosen: T,
  choose: (value: T) => void,
): TemplateResult => html`
  <div class="segments" role="group" aria-label=${label}>
    ${choices.map(
      (c) => html`
        <button
          title=${c.title ?? ''}
          aria-pressed=${c.value === chosen ? 'true' : 'false'}
          ?disabled=${c.disabled ?? false}
          @click=${() => choose(c.value)}
        >
          ${c.label}
        </button>
      `,
    )}
  </div>
`;
