import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Channel } from '../../../webview/shared/channel.js';
import { notification, request, type Wire } from '../../../src/contracts/messaging.js';

const double = request('math/double', z.strictObject({ n: z.number() }))<number>();
const ran = notification('run/told', z.strictObject({ upTo: z.number() }));

function aChannel() {
  const sent: Wire[] = [];
  const refused = vi.fn<(problem: string) => void>();
  const channel = new Channel({ postMessage: (m) => sent.push(m), getState: () => undefined, setState: () => undefined }, refused);
  return { channel, sent, refused };
}

test('answers find their questions, in whatever order they come', async () => {
  const { channel } = aChannel();
  const [two, ten] = [channel.request(double, { n: 1 }), channel.request(double, { n: 5 })];
  channel.receive({ kind: 'response', id: 2, ok: true, result: 10 });
  channel.receive({ kind: 'response', id: 1, ok: true, result: 2 });
  expect(await Promise.all([two, ten])).toEqual([2, 10]);
});

test('a refusal of the host becomes an error with its sentence', async () => {
  const { channel } = aChannel();
  const answer = channel.request(double, { n: 1 });
  channel.receive({ kind: 'response', id: 1, ok: false, error: 'The database is locked.' });
  await expect(answer).rejects.toThrow('The database is locked.');
});

test('what is no message of ours is refused and disturbs nobody', () => {
  const { channel, refused } = aChannel();
  const heard = vi.fn();
  channel.on(ran, heard);
  const strange = [null, 7, 'hi', {}, { kind: 'request', id: 1, method: 'x' }, { kind: 'response', id: 99, ok: true }];
  for (const message of [...strange, { kind: 'notification', method: 'run/told', params: { upTo: 'soon' } }]) channel.receive(message);
  expect(heard).not.toHaveBeenCalled();
  expect(refused).toHaveBeenCalledTimes(7);
});

test('a listener hears until it stops', () => {
  const { channel } = aChannel();
  const heard = vi.fn();
  const stop = channel.on(ran, heard);
  channel.receive({ kind: 'notification', method: 'run/told', params: { upTo: 3 } });
  stop();
  channel.receive({ kind: 'notification', method: 'run/told', params: { upTo: 4 } });
  expect(heard.mock.calls).toEqual([[{ upTo: 3 }]]);
});

test('an answer that is not wanted any more fails at once, the host is told, and its late answer disturbs nobody', async () => {
  const { channel, sent, refused } = aChannel();
  const wanted = new AbortController();
  const response = channel.request(double, { n: 1 }, { signal: wanted.signal });
  wanted.abort(new Error('scrolled away'));
  await expect(response).rejects.toThrow('scrolled away');
  expect(sent.at(-1)).toEqual({ kind: 'cancel', id: 1 });
  channel.receive({ kind: 'response', id: 1, ok: false, error: 'cancelled' });
  expect(refused).not.toHaveBeenCalled();
  await expect(channel.request(double, { n: 1 }, { signal: wanted.signal })).rejects.toThrow('scrolled away');
  expect(sent).toHaveLength(2);
});

test('nothing is cancelled that has been answered; until then it is heard how far it is', async () => {
  const { channel, sent } = aChannel();
  const wanted = new AbortController();
  const heard = vi.fn();
  const response = channel.request(double, { n: 1 }, { signal: wanted.signal, progress: heard });
  channel.receive({ kind: 'progress', id: 1, done: 3, total: 9 });
  channel.receive({ kind: 'response', id: 1, ok: true, result: 2 });
  expect(await response).toBe(2);
  wanted.abort();
  expect(heard.mock.calls).toEqual([[3, 9]]);
  expect(sent.map((m) => m.kind)).toEqual(['request']);
});
