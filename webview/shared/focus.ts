/** Where the keyboard is. */

/** Single keys must reach it, not be taken as commands. */
export function isTextField(target: EventTarget | null | undefined): boolean {
  if (target instanceof HTMLInputElement) return ['text', 'search', 'number', 'url', 'email', 'password', 'tel'].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}

const controls = 'button, a[href], summary, select, input, textarea, vscode-button, vscode-checkbox, vscode-dropdown, vscode-text-field';

/** Enter already does something there. */
export const isControl = (element: Element | null): boolean => element !== null && element.closest(controls) !== null;

/** Escape empties a field of text where it can; in an empty one it gives the keys back to the page. */
export function leaveEmpty(e: KeyboardEvent): void {
  const [field] = e.composedPath();
  if (e.key === 'Escape' && field instanceof HTMLInputElement && isTextField(field) && field.value === '') field.blur();
}

/** Where an event happened, inside of a component, too. */
export const elementOf = (e: Event): Element | null => {
  const [target] = e.composedPath();
  return target instanceof Element ? target : null;
};

/**
 * Moves the focus within the page at once where the page has it, else when it next comes here: an element that takes it
 * would close the palette or leave the file that somebody is typing in.
 */
export function whenFocused(move: () => void): void {
  if (document.hasFocus()) move();
  else window.addEventListener('focus', move, { once: true });
}
