/** What is told of a run that goes on: on the screen once, and to a server of one's own. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogOutputChannel } from 'vscode';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { whyNotPosted } from '../../../src/editor/doctor/webhook.js';
import type { Diagnosed } from '../../../src/editor/doctor/diagnoses.js';
import { FindingNotices } from '../../../src/editor/doctor/findingNotices.js';
import type { LastExamination } from '../../../src/examination/lastExamination.js';
import type { RunSummary } from '../../../src/store/views.js';
import { aSummary } from '../../builders/aSummary.js';
import { aHealthyRun, examined as examinedRun, withSolutions } from '../../builders/examined.js';
import { EventEmitter, fake } from '../../builders/fakeVscode.js';

const cut = examinedRun(withSolutions(aHealthyRun(), () => ({ finish: 'length', tokens: 64 }), 21));
const whole = { run: 'a', metrics: {}, evaluationGroups: 0, textSteps: 0, groupSteps: 0 };
const diagnosed = (change: Partial<Diagnosed> = {}): Diagnosed => ({
  run: 'a',
  examined: { ...whole, ...cut },
  before: undefined,
  ...change,
});

const heard: unknown[] = [];
const server = createServer((request, response) => {
  void bodyOf(request).then((body) => {
    heard.push({ method: request.method, type: request.headers['content-type'], body: JSON.parse(body) as unknown });
    response.writeHead(request.url === '/moved' ? 302 : 204, { location: 'http://example.org' }).end();
  });
});
async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}
const at = (path = '/'): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

const found = new EventEmitter<Diagnosed>();
const warnings: string[] = [];
let run: RunSummary;
let inSight: boolean;
beforeEach(() => {
  fake.reset();
  fake.trusted = true;
  found.dispose();
  heard.length = warnings.length = 0;
  run = aSummary({ id: 'a', name: 'sums-1' });
  inSight = false;
  const log = { warn: (text: string) => warnings.push(text), error: (text: string) => warnings.push(text) } as unknown as LogOutputChannel;
  new FindingNotices({ onDidExamine: found.event }, { get: () => Promise.resolve(run) }, log, () => inSight);
});
/** Whatever would be said has been. */
const settled = (): Promise<unknown> => new Promise((later) => setTimeout(later, 50));

test('a serious finding is told once, however often it is found again', async () => {
  found.fire(diagnosed());
  await expect.poll(() => fake.messages).toEqual(['sums-1: Truncated solutions since step 21.']);
  found.fire(diagnosed());
  found.fire(diagnosed({ examined: { ...whole, ...cut, findings: cut.findings.map((f) => ({ ...f, id: 'another' })) } }));
  await settled();
  expect(fake.messages).toHaveLength(1);
});

test('not what somebody was told before this window, nor of a run that has ended, nor over its page, nor where it is switched off', async () => {
  const before: LastExamination = {
    ...{ v: 1, upTo: 30, unjudged: 0, healthy: 0 },
    findings: [{ id: 'truncated', name: 'Truncated solutions', onset: 21, until: null, serious: true }],
  };
  found.fire(diagnosed({ before }));
  run = { ...run, state: 'finished' };
  found.fire(diagnosed({ run: 'b' }));
  await settled();
  run = { ...run, state: 'running' };
  inSight = true;
  found.fire(diagnosed({ run: 'c' }));
  await settled();
  inSight = false;
  fake.settings['grpoLab.doctor.notify'] = false;
  found.fire(diagnosed({ run: 'd' }));
  await settled();
  expect(fake.messages).toEqual([]);
});

test('it is posted as JSON, each finding once', async () => {
  fake.settings['grpoLab.doctor.webhook'] = at();
  found.fire(diagnosed());
  found.fire(diagnosed());
  await expect.poll(() => heard.length).toBe(1);
  expect(heard[0]).toMatchObject({
    method: 'POST',
    type: 'application/json',
    body: {
      text: expect.stringMatching(/^sums-1: Truncated solutions since step 21: \d+% of the solutions/) as string,
      run: 'a',
      finding: { id: 'truncated', onset: 21 },
    },
  });
  await settled();
  expect(heard).toHaveLength(1);
});

test('nowhere from a workspace that is not trusted, and nowhere that was not asked for', async () => {
  fake.settings['grpoLab.doctor.webhook'] = at();
  fake.trusted = false;
  found.fire(diagnosed());
  await settled();
  expect(heard).toEqual([]);
  fake.trusted = true;
  fake.settings['grpoLab.doctor.webhook'] = at('/moved');
  found.fire(diagnosed({ run: 'b' }));
  await expect.poll(() => warnings).toEqual([expect.stringContaining('Posting a finding')]);
  fake.settings['grpoLab.doctor.webhook'] = 'http://example.org/hook';
  found.fire(diagnosed({ run: 'c' }));
  await expect.poll(() => warnings.at(-1)).toContain('an address begins with https:');
});

test.each([
  ['https://example.org/x', true],
  ['http://localhost:8000', true],
  ['http://127.0.0.1/x', true],
  ['http://[::1]:80/', true],
  ['http://127.0.0.1.example.org/', false],
  ['http://localhost.example.org/', false],
  ['file:///etc/passwd', false],
  ['not an address', false],
])('%s: %s', (url, may) => expect(whyNotPosted(url) === null).toBe(may));
