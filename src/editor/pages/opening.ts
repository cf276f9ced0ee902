/** How pages are opened: for code that opens pages and makes none. */
import type { ViewColumn } from 'vscode';
import type { DashboardView } from '../../contracts/dashboard.js';
import type { Address } from '../../protocol/address.js';

/** Runs to draw over a dashboard's own, and the metric whose curve is to be seen. */
export type DashboardPurpose = Pick<DashboardView, 'overlay' | 'curve'>;

export interface OpenOptions extends DashboardPurpose {
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
