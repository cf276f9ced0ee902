import { workspace } from 'vscode';

/**
 * @param nothing what is not done, as the end of the message
 * @throws in a workspace that is not trusted
 */
export function requireTrust(nothing = 'nothing is started or changed in it'): void {
  if (!workspace.isTrusted) throw new Error(`This workspace is not trusted, so ${nothing}. Trust it first (Manage Workspace Trust).`);
}
