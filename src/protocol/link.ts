/** A page's address as a person passes it on: a VS Code link, or the text that stands on a page. */
import { isAbsolute, win32 } from 'node:path';
import { addressPath, parseAddress, type Address } from './address.js';

export interface Link {
  address: Address;
  /** The workspace folder with its run, as the machine that made the link names it; left out when it is unknown. */
  folder?: string;
}

/** `vscode://grpo-lab.grpo-lab/runs/arith-grpo-1-k3f9/step%2042?folder=/home/me/sums` */
export function linkText(scheme: string, extension: string, { address, folder }: Link): string {
  const path = escaped(decodeURIComponent(addressPath(address)));
  return `${scheme}://${extension}${path}${folder === undefined ? '' : `?folder=${escaped(folder)}`}`;
}

const escaped = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');

/**
 * Reads a link or a bare address, with or without its first slash.
 * @returns undefined when it is neither (never throws: links come from outside)
 */
export function parseLink(text: string): Link | undefined {
  const plain = text.trim();
  const m = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?(\/?[^?#]*)(?:\?([^#]*))?/i.exec(plain);
  if (!m) return undefined;
  const [, path, query = ''] = m as unknown as [string, string, string | undefined];
  const address = parseAddress(path.startsWith('/') ? path : `/${path}`);
  if (!address) return undefined;
  const folder = decoded(/^folder(?:=|%3D)(.*)$/i.exec(query)?.[1]);
  return { address, ...(folder !== undefined && isLocal(folder) && { folder }) };
}

/**
 * Whether it may be looked up if a folder is there. Not on another machine: Windows would send the user's credentials to `\\host\share`.
 */
const isLocal = (folder: string): boolean => (isAbsolute(folder) || win32.isAbsolute(folder)) && !/^[\\/]{2}/.test(folder);

function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
