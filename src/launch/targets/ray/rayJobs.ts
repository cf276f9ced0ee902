/** Ray's jobs interface over HTTP (Ray 2): what is asked of it, and what of the answers is used. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { describeIssue } from '../../../core/describeIssue.js';
import { messageOf } from '../../../core/messageOf.js';
import { abridged } from '../../../core/questionPreview.js';
import { type Answer, exchange } from './exchange.js';
import { rayToken } from './rayToken.js';

/** Ray could not be reached; nothing is known of what was asked. */
export class RayAway extends Error {
  override readonly name = 'RayAway';
}

const ATTEMPTS = 3;
const PAUSE_MS = 1000;

export interface Submission {
  /** Of our own choice, so that it can be sent again when the answer was lost. */
  submission_id: string;
  /** A line of shell. */
  entrypoint: string;
  runtime_env: { env_vars: Readonly<Record<string, string>> };
  metadata: Readonly<Record<string, string>>;
  entrypoint_num_cpus?: number;
  entrypoint_num_gpus?: number;
  entrypoint_resources?: Readonly<Record<string, number>>;
}

const jobDetails = z.object({
  status: z.string(),
  message: z.string().nullish(),
  driver_exit_code: z.number().int().nullish(),
});
export type RayJobDetails = z.output<typeof jobDetails>;

/**
 * Harmless when it is sent twice.
 * @throws RayAway, or with Ray's own message when it refuses
 */
export async function submitJob(address: string, submission: Submission): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await ask(address, 'api/jobs/', { method: 'POST', body: submission });
      if (response.ok || response.text.includes('already exists')) return;
      throw new Error(`Ray at ${address} refuses the job: ${reason(response)}`);
    } catch (error) {
      if (!(error instanceof RayAway) || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** @returns undefined when Ray knows no such job; @throws RayAway, or when the answer makes no sense */
export async function jobOf(address: string, id: string): Promise<RayJobDetails | undefined> {
  const response = await ask(address, `api/jobs/${encodeURIComponent(id)}`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`Ray at ${address}: ${reason(response)}`);
  return parsed(jobDetails, response.text, address);
}

/** SIGTERM, and SIGKILL three seconds later. @throws RayAway */
export async function stopJob(address: string, id: string): Promise<void> {
  await ask(address, `api/jobs/${encodeURIComponent(id)}/stop`, { method: 'POST' });
}

const nodes = z.object({
  data: z.object({
    summary: z.array(
      z.object({
        hostname: z.string().nullish(),
        ip: z.string().nullish(),
        cpus: z.array(z.number()).nullish(),
        mem: z.array(z.number()).nullish(),
        gpus: z.array(z.object({ name: z.string() })).nullish(),
        raylet: z.object({ state: z.string().nullish() }).nullish(),
      }),
    ),
  }),
});
export type RayNode = z.output<typeof nodes>['data']['summary'][number];

/** @throws RayAway, or when the answer makes no sense */
export async function nodesOf(address: string): Promise<RayNode[]> {
  const response = await ask(address, 'nodes?view=summary');
  if (!response.ok) throw new Error(`Ray at ${address}: ${reason(response)}`);
  return parsed(nodes, response.text, address).data.summary;
}

async function ask(address: string, path: string, { method = 'GET', body }: { method?: string; body?: object } = {}): Promise<Answer> {
  const token = rayToken(address);
  const headers = { ...(body && { 'content-type': 'application/json' }), ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  try {
    return await exchange(new URL(path, `${address.replace(/\/$/, '')}/`), { method, headers, body: body && JSON.stringify(body) });
  } catch (error) {
    throw new RayAway(`Ray at ${address} does not answer (${messageOf(error)}).`, { cause: error });
  }
}

function parsed<T>(schema: z.ZodType<T>, text: string, address: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`What answers at ${address} is no Ray dashboard: ${abridged(text, 100)}`);
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new Error(`What answers at ${address} is no Ray dashboard of a version that is known: ${describeIssue(result.error)}`);
  return result.data;
}

/** The last line of what may be a traceback. */
const reason = ({ status, text }: Answer): string =>
  `${abridged(text.trim().split('\n').at(-1) ?? '', 300)} (HTTP ${status})${
    status === 401 || status === 403
      ? '. Its token is taken from RAY_AUTH_TOKEN, or ~/.ray/auth_token; for another machine name its address in RAY_API_SERVER_ADDRESS, too'
      : ''
  }`;
