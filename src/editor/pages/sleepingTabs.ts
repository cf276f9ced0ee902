import { TabInputWebview, window, type Tab, type ViewColumn, type WebviewPanel } from 'vscode';

/** A tab that VS Code has brought back with the window and nobody has looked at since: it has a place and a title, and no page yet. */
export interface SleepingTab {
  tab: Tab;
  column: ViewColumn;
}

/** @param panels of this type, whose tabs are awake */
export function sleepingTabs(viewType: string, panels: readonly WebviewPanel[]): SleepingTab[] {
  const awake = panels.map(({ title, viewColumn }) => `${viewColumn} ${title}`);
  return tabsOf(viewType).filter(({ tab, column }) => {
    const at = awake.indexOf(`${column} ${tab.label}`);
    if (at >= 0) awake.splice(at, 1);
    return at < 0;
  });
}

/** A tab that a person has pinned keeps showing what it shows. */
export function isPinned({ viewType, viewColumn, title }: WebviewPanel): boolean {
  return tabsOf(viewType).some(({ tab, column }) => column === viewColumn && tab.label === title && tab.isPinned);
}

/** Tabs with a page of this type, asleep or awake. */
export function tabsOf(viewType: string): SleepingTab[] {
  return window.tabGroups.all.flatMap(({ tabs, viewColumn }) =>
    tabs
      // VS Code puts a word of its own before our type.
      .filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith(viewType))
      .map((tab) => ({ tab, column: viewColumn })),
  );
}
