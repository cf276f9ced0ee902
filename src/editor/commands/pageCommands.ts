import { Uri } from 'vscode';
import { z } from 'zod';
import { parseAddress, type Address } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/views.js';
import { addressSchema, pageActions } from '../../../webview/shared/contract.js';
import type { Bookmarks } from '../bookmarks.js';
import { StepNode } from '../explorer/stepNodes.js';
import { pageActCommand } from '../pages/keys.js';
import type { Pages } from '../pages/pages.js';
import type { Runs } from '../runs.js';
import { pickAddress } from './picks.js';
import type { Commands } from './registry.js';

const actArguments = z.object({ action: z.enum(pageActions) });
const bookmarkLike = z.object({ address: addressSchema });

export interface PageCommandSources {
  pages: Pages;
  runs: Runs;
  store: StoreClientQueries;
  bookmarks: Bookmarks;
}

/** Opening addresses, and what keys and title buttons ask of pages. */
export function addPageCommands(to: Commands, { pages, runs, store, bookmarks }: PageCommandSources): void {
  to.add('grpoLab.open', 'Opening', async (target) => {
    const address = target === undefined ? await pickAddress(await runs.all(), store) : addressFrom(target);
    if (address) await pages.open(address);
  });
  to.add('grpoLab.openToSide', 'Opening', async (target) => {
    await pages.open(addressFrom(target), { aside: true });
  });
  to.add('grpoLab.compare', 'Comparing runs', async (ids) => {
    const [run, ...overlay] = z.array(z.string()).min(1).parse(ids);
    await pages.open({ run: run }, { overlay });
  });
  to.add(pageActCommand, 'Page action', (args) => pages.act(actArguments.parse(args).action));
  to.add('grpoLab.page.back', 'Going back', () => pages.go('back'));
  to.add('grpoLab.page.forward', 'Going forward', () => pages.go('forward'));
  to.add('grpoLab.page.up', 'Going up', () => pages.go('up'));
  to.add('grpoLab.page.split', 'Opening beside', () => pages.split());
  to.add('grpoLab.bookmarks.remove', 'Removing a bookmark', async (item) => {
    const { address } = bookmarkLike.parse(item);
    if (await bookmarks.has(address)) await bookmarks.toggle(address);
  });
}

/** An address as rows, links, other extensions and scripts give it. */
function addressFrom(target: unknown): Address {
  if (target instanceof StepNode) return { run: target.run, step: target.step.step };
  if (target instanceof Uri) return addressFrom(target.path);
  if (typeof target === 'string') {
    const found = parseAddress(target.includes('://') ? Uri.parse(target).path : target);
    if (found) return found;
    throw new Error(`"${target.slice(0, 200)}" is not the address of a run, step, group or solution.`);
  }
  const parsed = addressSchema.safeParse(target);
  if (!parsed.success) throw new Error('That is not the address of a run, step, group or solution.');
  return parsed.data;
}
