/** Which key does what on a page, read from the manifest: the one place where keys are bound. */
import { pageActions, type PageAction } from '../../contracts/pageKinds.js';

/** As in `contributes.keybindings` of package.json. */
export interface Keybinding {
  command: string;
  key: string;
  args?: { action?: unknown };
}

export const pageActCommand = 'grpoLab.page.act';

export function pageKeys(keybindings: readonly Keybinding[]): Partial<Record<PageAction, string>> {
  const keys: Partial<Record<PageAction, string>> = {};
  for (const { command, key, args } of keybindings) {
    const action = command === pageActCommand ? pageActions.find((a) => a === args?.action) : undefined;
    if (action) keys[action] ??= keyName(key);
  }
  return keys;
}

/** `shift+/` is what a keyboard calls it; a person calls it `?`. */
const keyName = (key: string): string => (key === 'shift+/' ? '?' : key === 'enter' ? 'Enter' : key);
