import { TabInputText, window, type Uri } from 'vscode';
import { isExperiment } from '../experimentFiles.js';

/**
 * The experiment that is being edited. The tab in front is asked before the editor: a tab is known as soon as it is there, its editor
 * only when the file has been read and shown, which on a busy machine is after the next command.
 */
export function experimentInFront(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof TabInputText ? input.uri : window.activeTextEditor?.document.uri;
  return uri && isExperiment({ uri }) ? uri : undefined;
}
