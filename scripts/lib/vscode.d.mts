import type { ChildProcess } from 'node:child_process';

export interface ServeOptions {
  entry: string;
  profile: string;
  extensions: string;
  settings?: Record<string, unknown>;
  port?: string | number;
}
/** The folder in the user's cache of all that tests install. */
export const cache: string;
/** Installs a packed extension into a folder of extensions. */
export function installExtension(options: { entry: string; extensions: string; vsix: string }): Promise<void>;

export function serveVscode(
  options: ServeOptions,
): Promise<{ url: string; child: ChildProcess; stop: () => Promise<void>; log: () => string }>;

/** The path of a Chromium or Chrome, where there is one. */
export function findChromium(): string | undefined;
