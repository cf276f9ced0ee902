/** How the editor reaches servers; its settings `http.*`. */
export interface Network {
  /** '': what the environment says. */
  proxy: string;
  /** Hosts that are reached without it. */
  noProxy: readonly string[];
  /** Whether a proxy is used at all. */
  proxied: boolean;
}

/** This machine's own servers are never asked through a proxy. */
const loopback = ['localhost', '127.0.0.1', '::1', '[::1]'];
const variables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/**
 * An environment in which Node reaches servers as the editor does: through its proxy, and trusting the certificates of the system.
 * A Node that is too old for either (before 22.21 or 24.6) goes without it.
 */
export function networkEnv(env: NodeJS.ProcessEnv, { proxy, noProxy, proxied }: Network): NodeJS.ProcessEnv {
  const trusting = { ...env, NODE_USE_SYSTEM_CA: '1' };
  if (!proxied) return trusting;
  const except = [env.no_proxy ?? env.NO_PROXY ?? '', ...noProxy, ...loopback].filter((host) => host !== '').join(',');
  const through = Object.fromEntries(variables.map((name) => [name, addressOf(proxy === '' ? (env[name] ?? '') : proxy)]));
  return { ...trusting, ...through, NODE_USE_ENV_PROXY: '1', NO_PROXY: except, no_proxy: except };
}

/** The variables alone that {@link networkEnv} adds or changes; one that it takes away is empty, which Node takes for none. */
export const networkVariables = (env: NodeJS.ProcessEnv, network: Network): Record<string, string> =>
  Object.fromEntries(
    Object.entries(networkEnv(env, network))
      .filter(([name, value]) => value !== env[name])
      .map(([name, value]) => [name, value ?? '']),
  );

/** Node does not even start with a proxy that is no URL, as `host:8080` is, or, before it learned to, with one that speaks SOCKS. */
function addressOf(proxy: string): string | undefined {
  const url = proxy.includes('://') || proxy === '' ? proxy : `http://${proxy}`;
  return /^https?:/i.test(url) && URL.canParse(url) ? url : undefined;
}

/** What a person should know of a proxy that is set and is none of those that Node speaks to; null where there is none such. */
export function unusedProxy(env: NodeJS.ProcessEnv, { proxy, proxied }: Network): string | null {
  const named = proxy === '' ? variables.map((name) => env[name] ?? '') : [proxy];
  const unused = proxied ? named.find((p) => p !== '' && addressOf(p) === undefined) : undefined;
  if (unused === undefined) return null;
  const shown = unused.replace(/\/\/[^/@]*@/, '//');
  return `The proxy ${shown} is not used: only proxies are whose address begins with http:// or https://.`;
}

/** Whether a server is this machine's own. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && loopback.includes(new URL(url).hostname);
