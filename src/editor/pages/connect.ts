/**
 * Makes the page of a tab, and answers what it may ask. Contracts and their schemas come with this file, so it is loaded with the first
 * page.
 */
import { ViewColumn, type Uri, type WebviewPanel } from 'vscode';
import { z } from 'zod';
import { addressPath, type Address } from '../../protocol/address.js';
import * as shared from '../../contracts/everyPage.js';
import { kindOf, type PageKeys, type PageKind } from '../../contracts/pageKinds.js';
import { answerKind, answerShared } from './handlers.js';
import type { OpenOptions, PagePurpose } from './opening.js';
import type { PageSources } from './sources.js';
import { PagePanel } from './pagePanel.js';

/** What a page needs of the tabs it is among. */
export interface Tabs {
  root: Uri;
  sources: PageSources;
  keys: PageKeys;
  report: (problem: string, error?: unknown) => void;
  purpose: (page: PagePanel) => PagePurpose;
  open: (address: Address, options: OpenOptions) => Promise<void>;
  arrived: (page: PagePanel, address: Address) => Promise<void>;
  focusChanged: () => void;
}

export function connectPage(kind: PageKind, panel: WebviewPanel, address: Address, tabs: Tabs): PagePanel {
  const page = new PagePanel(kind, panel, address, tabs.root, (problem, error) => tabs.report(`${kind}: ${problem}`, error));
  answerShared(page.router, tabs.sources);
  answerKind(page, tabs.sources, () => tabs.purpose(page));
  page.router
    .on(shared.start, () => ({ address: page.start(), keys: tabs.keys }))
    .on(shared.open, async ({ address: to, aside, beside, curve, narrow }) => {
      const where =
        aside === true ? { aside } : beside === true ? { column: next(panel), preserveFocus: true } : { column: columnOf(panel) };
      await tabs.open(to, { ...where, curve, narrow });
      return null;
    })
    .hear(shared.moved, ({ address: to }) => {
      if (kindOf(to) !== kind) throw new Error(`A ${kind} page cannot show ${addressPath(to)}.`);
      page.address = to;
      void tabs.arrived(page, to);
    })
    .hear(shared.editing, ({ editing }) => {
      page.editing = editing;
      tabs.focusChanged();
    });
  return page;
}

const columnOf = ({ viewColumn }: WebviewPanel): ViewColumn => viewColumn ?? ViewColumn.Active;
/** From the third on there is no column whose tab is used again. */
const next = ({ viewColumn = ViewColumn.One }: WebviewPanel): ViewColumn =>
  viewColumn === ViewColumn.One ? ViewColumn.Two : viewColumn === ViewColumn.Two ? ViewColumn.Three : ViewColumn.Beside;

/** What a page keeps of itself through a window reload. */
const savedState = z.object({ address: shared.addressSchema });

export const savedAddress = (state: unknown): Address | undefined => savedState.safeParse(state).data?.address;
