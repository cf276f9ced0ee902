import { languages, Uri, window, workspace } from 'vscode';
import type { Script } from '../launch/targets/target.js';

const scheme = 'grpo-lab-script';

/** Opens what is about to be handed to a target, to be read and copied; nobody can change it there. @param name what the tab says */
export async function showScript(name: string, { language, text }: Script): Promise<void> {
  const provider = workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: () => text });
  try {
    const uri = Uri.from({ scheme, path: `/${name}`, query: String(Date.now()) }); // never one that was opened before
    const document = await languages.setTextDocumentLanguage(await workspace.openTextDocument(uri), language);
    await window.showTextDocument(document, { preview: true });
  } finally {
    provider.dispose();
  }
}
