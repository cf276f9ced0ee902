/** A finding, as it is posted where a person wants to hear of it. */
import type { Finding } from '../../doctor/doctor.js';
import type { RunSummary } from '../../store/views.js';

const limitMs = 10_000;

export interface FindingNotice {
  /** A sentence: what chat services show. */
  text: string;
  run: string;
  name: string;
  experiment: string;
  step: number;
  finding: Pick<Finding, 'id' | 'name' | 'onset' | 'evidence' | 'advice'> & { cost: string };
}

export function findingNotice(run: RunSummary, { id, name, onset, evidence, advice, cost }: Finding): FindingNotice {
  return {
    text: `${run.name}: ${name} since step ${onset}: ${cost.text}.`,
    ...{ run: run.id, name: run.name, experiment: run.experiment, step: run.step },
    finding: { id, name, onset, evidence, advice, cost: cost.text },
  };
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** @returns why nothing is sent there; null: it may be */
export function whyNotPosted(url: string): string | null {
  if (!URL.canParse(url)) return 'it is no address';
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname))) return null;
  return 'an address begins with https:, or with http: on this machine';
}

/** @throws when it may not be sent there, or was not taken */
export async function postFinding(url: string, notice: FindingNotice): Promise<void> {
  const why = whyNotPosted(url);
  if (why !== null) throw new Error(why);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(notice),
    // Somewhere else is nowhere that was asked for.
    redirect: 'error',
    signal: AbortSignal.timeout(limitMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
}
