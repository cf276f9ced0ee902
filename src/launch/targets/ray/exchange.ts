/** One request and its answer. Not by `fetch`: it names itself a browser's (`sec-fetch-mode`), from which Ray takes nothing but GET. */
import { type IncomingMessage, request as plainly } from 'node:http';
import { request as securely } from 'node:https';

const TIMEOUT_MS = 15_000;
/** A list of the nodes of a large cluster is a few megabytes. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface Answer {
  ok: boolean;
  status: number;
  text: string;
}

/** Follows nobody elsewhere. @throws when there is no whole answer in time, or an endless one */
export function exchange(
  url: URL,
  { method, headers, body }: { method: string; headers: Readonly<Record<string, string>>; body: string | undefined },
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const begin = url.protocol === 'https:' ? securely : plainly;
  const request = begin(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }, resolve);
  request.once('error', reject);
  request.end(body);
  return promise.then(async (response) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MOST_BYTES) throw new Error(`it answers with more than ${MOST_BYTES} bytes`);
      parts.push(part);
    }
    const status = response.statusCode ?? 0;
    return { ok: status >= 200 && status < 300, status, text: Buffer.concat(parts).toString('utf8') };
  });
}
