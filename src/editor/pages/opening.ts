/** How pages are opened: for code that opens pages and makes none. */
import type { ViewColumn } from 'vscode';
import type { GroupsView } from '../../contracts/groups.js';
import type { DashboardView } from '../../contracts/dashboard.js';
import type { Address } from '../../protocol/address.js';

/** Runs to draw over a dashboard's own, and the metric whose curve is to be seen; which groups of a step are wanted. */
export type PagePurpose = Pick<DashboardView, 'overlay' | 'curve'> & Pick<GroupsView, 'narrow'>;

export interface OpenOptions extends PagePurpose {
  /** A tab of its own beside, rather than this column's tab for such pages. */
  aside?: boolean;
  /** Where to look for a tab of that kind, or to make one. */
  column?: ViewColumn;
  preserveFocus?: boolean;
}

export interface PageTabs {
  open(address: Address, options?: OpenOptions): Promise<void>;
  /** Closes the pages that show a run, or are about one, that was deleted. */
  forget(run: string): void;
}
