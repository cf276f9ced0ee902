/** How the editor reaches servers, for processes of its own. */
import { workspace } from 'vscode';
import { networkVariables, type Network } from '../sampling/networkEnv.js';

/** The proxy settings. In the extension host `fetch` knows them by itself; a process of its own has to be given them. */
export function network(): Network {
  const http = workspace.getConfiguration('http');
  return {
    proxy: http.get('proxy', ''),
    noProxy: http.get<string[]>('noProxy', []),
    proxied: http.get<string>('proxySupport') !== 'off',
  };
}

/** What a program that asks servers is given beside the environment that it has anyway. */
export const networkOfPrograms = (): Record<string, string> => networkVariables(process.env, network());
