import { describe, expect, test } from 'vitest';
import { piecesOf } from '../../../src/sampling/endpoint/endpointAnswer.js';
import { addressesOf, originOf } from '../../../src/sampling/endpoint/endpoint.js';
import { wordsOf } from '../../../src/sampling/endpoint/endpointError.js';

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
    const piece = { index: 0, reasoning: '', text: 'hi', logp: [-0.5], finish: 'stop', tokens: null };
    const content = { content: [{ token: 'hi', logprob: -0.5 }] };
    expect(piecesOf({ choices: [{ index: 0, delta: { content: 'hi' }, logprobs: content, finish_reason: 'stop' }] })).toEqual([piece]);
    expect(piecesOf({ choices: [{ index: 0, message: { content: 'hi' }, logprobs: content, finish_reason: 'stop' }] })).toEqual([piece]);
    const completion = { choices: [{ index: 0, text: 'hi', logprobs: { token_logprobs: [-0.5] }, finish_reason: 'stop' }] };
    expect(piecesOf({ ...completion, usage: { completion_tokens: 1 } })).toEqual([{ ...piece, tokens: 1 }]);
  });

  test('may leave out what it likes', () => {
    expect(piecesOf({ choices: [{}] })).toEqual([{ index: 0, reasoning: '', text: '', logp: [], finish: null, tokens: null }]);
    expect(
      piecesOf({ choices: [{ delta: { content: null, reasoning: 'hm' }, logprobs: 'odd', finish_reason: 'tool_calls' }] }),
    ).toMatchObject([{ reasoning: 'hm', text: '', finish: 'other' }]);
    expect(piecesOf({ choices: [] })).toEqual([]);
    expect(piecesOf({ error: 'no' })).toBeUndefined();
    expect(piecesOf('hi')).toBeUndefined();
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
