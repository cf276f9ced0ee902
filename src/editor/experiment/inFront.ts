import { TabInputText, window, type Uri, type ViewColumn } from 'vscode';
import { isExperiment } from '../experimentFiles.js';

/**
 * The text that is being edited. The tab in front is asked before the editor: a tab is known as soon as it is there, its editor only when
 * the file has been read and shown, which on a busy machine is after the next command.
 */
export function textInFront(): { uri: Uri; column: ViewColumn | undefined } | undefined {
  const group = window.tabGroups.activeTabGroup;
  const input = group.activeTab?.input;
  if (input instanceof TabInputText) return { uri: input.uri, column: group.viewColumn };
  const editor = window.activeTextEditor;
  return editor && { uri: editor.document.uri, column: editor.viewColumn };
}

/** The experiment that is being edited. */
export function experimentInFront(): Uri | undefined {
  const uri = textInFront()?.uri;
  return uri && isExperiment({ uri }) ? uri : undefined;
}
