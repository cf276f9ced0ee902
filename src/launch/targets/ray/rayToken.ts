/** The token of a Ray cluster that wants one (Ray 2.52 and newer), from where Ray's own programs take it. It is kept nowhere else. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * An address can stand in a file that somebody else has written: the token goes to this machine, and to the cluster that the environment
 * names (RAY_API_SERVER_ADDRESS, RAY_ADDRESS), only.
 * @returns undefined where there is none for this address
 */
export function rayToken(address: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.RAY_AUTH_MODE === 'disabled' || !isTrusted(address, env)) return undefined;
  if (env.RAY_AUTH_TOKEN) return env.RAY_AUTH_TOKEN.trim();
  try {
    return readFileSync(env.RAY_AUTH_TOKEN_PATH ?? join(homedir(), '.ray', 'auth_token'), 'utf8').trim() || undefined;
  } catch {
    return undefined; // a cluster that wants one says so
  }
}

function isTrusted(address: string, { RAY_API_SERVER_ADDRESS, RAY_ADDRESS }: NodeJS.ProcessEnv): boolean {
  const { hostname, origin } = new URL(address);
  if (['localhost', '[::1]'].includes(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname)) return true;
  return [RAY_API_SERVER_ADDRESS, RAY_ADDRESS].some(
    (named) => named !== undefined && URL.canParse(named) && new URL(named).origin === origin,
  );
}
