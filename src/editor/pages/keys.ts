/** Which key does what on a page, read from the manifest: the one place where keys are bound. */
import { z } from 'zod';
import { pageActions, type PageAction } from '../../../webview/shared/contract.js';

const binding = z.object({ command: z.string(), key: z.string(), args: z.object({ action: z.enum(pageActions) }).optional() });

export const pageActCommand = 'grpoLab.page.act';

/** @param keybindings `contributes.keybindings` of package.json */
export function pageKeys(keybindings: unknown): Partial<Record<PageAction, string>> {
  const keys: Partial<Record<PageAction, string>> = {};
  for (const candidate of Array.isArray(keybindings) ? keybindings : []) {
    const parsed = binding.safeParse(candidate);
    if (parsed.success && parsed.data.command === pageActCommand && parsed.data.args)
      keys[parsed.data.args.action] ??= keyName(parsed.data.key);
  }
  return keys;
}

/** `shift+/` is what a keyboard calls it; a person calls it `?`. */
const keyName = (key: string): string => (key === 'shift+/' ? '?' : key === 'enter' ? 'Enter' : key);
