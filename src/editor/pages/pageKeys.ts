/** Which key does what on a page, read from the manifest: the one place where keys are bound. */
import { pageActions, pageMoves, type PageKeys } from '../../contracts/pageKinds.js';

/** As in `contributes.keybindings` of package.json. */
export interface Keybinding {
  command: string;
  key: string;
  args?: { action?: unknown };
}

export const pageActCommand = 'grpoLab.page.act';

export function pageKeys(keybindings: readonly Keybinding[]): PageKeys {
  const keys: PageKeys = {};
  for (const { command, key, args } of keybindings) {
    const action =
      command === pageActCommand ? pageActions.find((a) => a === args?.action) : pageMoves.find((m) => command === `grpoLab.page.${m}`);
    if (action) keys[action] ??= keyName(key);
  }
  return keys;
}

/** `shift+/` is what a keyboard calls it; a person calls it `?`. `alt+left` is `Alt+Left`. */
const keyName = (key: string): string =>
  key === 'shift+/' ? '?' : key.replace(/[a-z]{2,}/g, (word) => word[0].toUpperCase() + word.slice(1));
