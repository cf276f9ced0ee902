import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../../src/sampling/endpoint/endpointAnswer.js';
import { addressesOf, originOf } from '../../../src/sampling/endpoint/endpoint.js';
import { wordsOf } from '../../../src/sampling/endpoint/endpointError.js';
import { tokenEnds, tokenRow } from '../../../src/sampling/endpoint/tokenRow.js';

describe('the URL of an endpoint', () => {
  test.each([
    ['http://localhost:8000', 'chat', 'http://localhost:8000/v1/chat/completions', 'http://localhost:8000/v1/models'],
    ['http://localhost:8000/v1/', 'chat', 'http://localhost:8000/v1/chat/completions', 'http://localhost:8000/v1/models'],
    ['https://host/api/v3', 'chat', 'https://host/api/v3/chat/completions', 'https://host/api/v3/models'],
    ['https://host/v1/chat/completions', 'chat', 'https://host/v1/chat/completions', 'https://host/v1/models'],
    ['https://host/v1/completions', 'completions', 'https://host/v1/completions', 'https://host/v1/models'],
    ['https://host/v1?api-version=2', 'chat', 'https://host/v1/chat/completions?api-version=2', 'https://host/v1/models?api-version=2'],
  ])('%s is asked as %s', (url, kind, sample, models) => {
    expect(addressesOf({ url })).toEqual({ kind, sample, models });
  });

  test.each([
    ['localhost:8000', 'is not spoken here'],
    ['my server', 'is no URL'],
    ['file:///etc/passwd', 'file: is not spoken here'],
    ['http://me:secret@host/v1', 'holds a name or password'],
  ])('%s cannot be used', (url, why) => {
    const found = addressesOf({ url });
    expect('problem' in found && found.problem).toContain(why);
  });

  test('a key belongs to an origin', () => {
    expect(originOf({ url: 'https://host:81/v1' })).toBe('https://host:81');
    expect(originOf({ url: 'https://host/v1' })).not.toBe(originOf({ url: 'http://host/v1' }));
    expect(originOf({ url: 'nowhere' })).toBeUndefined();
  });
});

describe('an answer', () => {
  test('of chat and of completions, whole and in pieces, reads alike', () => {
    const piece = { index: 0, reasoning: '', text: 'hi', listed: [{ text: 'hi', logp: -0.5 }], finish: 'stop' };
    const answer = { pieces: [piece], tokens: null };
    const content = { content: [{ token: 'hi', logprob: -0.5 }] };
    expect(readAnswer({ choices: [{ index: 0, delta: { content: 'hi' }, logprobs: content, finish_reason: 'stop' }] })).toEqual(answer);
    expect(readAnswer({ choices: [{ index: 0, message: { content: 'hi' }, logprobs: content, finish_reason: 'stop' }] })).toEqual(answer);
    const completion = { choices: [{ index: 0, text: 'hi', logprobs: { tokens: ['hi'], token_logprobs: [-0.5] }, finish_reason: 'stop' }] };
    expect(readAnswer({ ...completion, usage: { completion_tokens: 1 } })).toEqual({ ...answer, tokens: 1 });
  });

  test('may leave out what it likes', () => {
    const nothing = { index: 0, reasoning: '', text: '', listed: [], finish: null };
    expect(readAnswer({ choices: [{}] })).toEqual({ pieces: [nothing], tokens: null });
    expect(
      readAnswer({ choices: [{ delta: { content: null, reasoning: 'hm' }, logprobs: 'odd', finish_reason: 'tool_calls' }] }),
    ).toMatchObject({
      pieces: [{ reasoning: 'hm', text: '', finish: 'other' }],
    });
    expect(readAnswer({ choices: [{ logprobs: { token_logprobs: [null, -1] } }] })?.pieces[0].listed).toEqual([
      { text: null, logp: null },
      { text: null, logp: -1 },
    ]);
    expect(readAnswer({ choices: [] })).toEqual({ pieces: [], tokens: null });
    expect(readAnswer({ error: 'no' })).toBeUndefined();
    expect(readAnswer('hi')).toBeUndefined();
  });

  test('counts the tokens of the one solution that it holds a part of, or of all where it holds none; not of the first of several', () => {
    const counts = { usage: { completion_tokens: 9 }, timings: { predicted_n: 7 } };
    expect(readAnswer({ choices: [{ index: 2 }], ...counts })?.tokens).toBe(7);
    expect(readAnswer({ choices: [], usage: counts.usage })?.tokens).toBe(9);
    expect(readAnswer({ choices: [{ index: 0 }, { index: 1 }], ...counts })?.tokens).toBeNull();
  });
});

describe('the listed tokens', () => {
  const listed = (...texts: (string | null)[]) => texts.map((text, i) => ({ text, logp: -i }));

  test('are believed where nobody counts, and where the count is theirs', () => {
    expect(tokenRow(listed('so', ' ', '7'), null, true)).toEqual([-0, -1, -2]);
    expect(tokenRow(listed(null, '✓'), 2, false)).toEqual([-0, -1]);
    expect(tokenRow([], 0, true)).toEqual([]);
  });

  test('are left out where they are others: too few, too many, or one without its number', () => {
    expect(tokenRow(listed('so', '✓'), 4, true)).toBeNull();
    expect(tokenRow(listed('so', ' 7'), 1, true)).toBeNull();
    expect(tokenRow([...listed('so'), { text: ' 7', logp: null }], null, true)).toBeNull();
  });

  test('end where their texts do, where these make up the whole', () => {
    expect(tokenEnds(listed('so', '', ' ✓😀'), 'so ✓😀')).toEqual([2, 2, 6]);
    expect(tokenEnds(listed('so', ' 7'), 'so 7!')).toBeNull();
    expect(tokenEnds(listed('so', null), 'so 7')).toBeNull();
  });

  test('may lack the end, where nothing else can be missing', () => {
    expect(tokenRow(listed('so', ' 7'), 3, true)).toEqual([-0, -1]);
    expect(tokenRow(listed('so', ' 7'), 3, false)).toBeNull();
    expect(tokenRow(listed('so', ' ✓'), 3, true)).toBeNull();
    expect(tokenRow(listed('so', null), 3, true)).toBeNull();
    expect(tokenRow(listed('so', ' 7'), 4, true)).toBeNull();
  });
});

test.each([
  ['{"error":{"message":"no\\n such model"}}', 'no such model'],
  ['{"error":"model \\"x\\" not found"}', 'model "x" not found'],
  ['{"detail":[{"msg":"n"}]}', '[{"msg":"n"}]'],
  ['{"object":"error","message":"too long"}', 'too long'],
  ['plain words', 'plain words'],
  ['<html><body>404</body></html>', ''],
])('the words of the error body %s', (body, words) => expect(wordsOf(body)).toBe(words));
