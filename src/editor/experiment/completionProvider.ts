import {
  CompletionItem,
  CompletionItemKind,
  extensions,
  languages,
  Range,
  SnippetString,
  type CompletionItemProvider,
  type Position,
  type TextDocument,
} from 'vscode';
import { Disposable } from '../disposable.js';
import { experimentDocuments } from '../experimentFiles.js';
import { completionsAt } from './keyCompletions.js';

/** With the YAML extension the contributed JSON Schema does this; without it we do. */
const yamlExtension = 'redhat.vscode-yaml';

export class ExperimentCompletion extends Disposable implements CompletionItemProvider {
  constructor() {
    super();
    this.register(languages.registerCompletionItemProvider(experimentDocuments, this, ' ', '\n'));
  }

  provideCompletionItems(document: TextDocument, position: Position): CompletionItem[] {
    if (extensions.getExtension(yamlExtension)) return [];
    const { from, items } = completionsAt(document.getText(), document.offsetAt(position));
    const range = new Range(document.positionAt(from), position);
    return items.map(({ label, kind, insert, documentation }, i) => {
      const item = new CompletionItem(label, kind === 'key' ? CompletionItemKind.Property : CompletionItemKind.EnumMember);
      item.insertText = new SnippetString(insert.replace(/[\\}]/g, '\\$&'));
      item.range = range;
      item.documentation = documentation;
      // The schema's order says more than the alphabet.
      item.sortText = String(i).padStart(3, '0');
      return item;
    });
  }
}
