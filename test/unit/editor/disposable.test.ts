import { expect, test } from 'vitest';
import { Disposable } from '../../../src/editor/disposable.js';

class Owner extends Disposable {
  own(name: string, gone: string[]) {
    return this.register({ dispose: () => gone.push(name) });
  }
}

test('what was made last goes first, once', () => {
  const gone: string[] = [];
  const owner = new Owner();
  owner.own('first', gone);
  owner.own('second', gone);
  owner.dispose();
  owner.dispose();
  expect(gone).toEqual(['second', 'first']);
  expect(owner.disposed).toBe(true);
});

test('what comes too late is disposed of at once', () => {
  const gone: string[] = [];
  const owner = new Owner();
  owner.dispose();
  owner.own('late', gone);
  expect(gone).toEqual(['late']);
});
