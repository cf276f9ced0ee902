import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';

interface Parts {
  scheme: string;
  authority?: string;
  path?: string;
  query?: string;
  fragment?: string;
}

/** As much of VS Code's `Uri` as our code uses, with its spelling. */
export class Uri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;

  private constructor({ scheme, authority = '', path = '', query = '', fragment = '' }: Parts) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
  }

  static from(parts: Parts): Uri {
    return new Uri(parts);
  }

  static file(path: string): Uri {
    return new Uri({ scheme: 'file', path: decodeURIComponent(pathToFileURL(path).pathname) });
  }

  static parse(text: string): Uri {
    const m = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i.exec(text);
    if (!m) throw new Error(`[UriError]: Scheme is missing: ${text}`);
    const [, scheme, authority = '', path, query = '', fragment = ''] = m;
    return new Uri({ scheme, authority, path: decoded(path), query: decoded(query), fragment: decoded(fragment) });
  }

  static joinPath(base: Uri, ...parts: string[]): Uri {
    return base.with({ path: join(base.path, ...parts) });
  }

  get fsPath(): string {
    return this.scheme === 'file' ? fileURLToPath(`file://${encodeURI(this.path)}`) : this.path;
  }

  with(change: Partial<Parts>): Uri {
    return new Uri({ ...this.toJSON(), ...change });
  }

  toJSON(): Required<Parts> {
    const { scheme, authority, path, query, fragment } = this;
    return { scheme, authority, path, query, fragment };
  }

  toString(): string {
    const encoded = (text: string, kept: RegExp): string => text.replace(kept, (c) => encodeURIComponent(c));
    const path = encoded(this.path, /[^A-Za-z0-9\-._~/]/gu);
    const query = this.query === '' ? '' : `?${encoded(this.query, /[^A-Za-z0-9\-._~]/gu)}`;
    return `${this.scheme}:${this.authority !== '' || this.scheme === 'file' ? `//${this.authority}` : ''}${path}${query}`;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
