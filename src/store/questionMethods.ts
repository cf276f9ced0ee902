import type { QuestionName, StoreClientQueries } from './questions.js';

/**
 * The questions as methods of an object, each handed on by its name. Whoever asks does without the table of questions: that
 * brings all schemas and all SQL along, and stays in the threads that answer.
 */
export function questionMethods(ask: (name: QuestionName, args: unknown[]) => Promise<unknown>): StoreClientQueries {
  const methods = new Map<string | symbol, (...args: unknown[]) => Promise<unknown>>();
  return new Proxy({} as StoreClientQueries, {
    get(_, name) {
      if (typeof name !== 'string' || name === 'then') return undefined; // it is no promise
      let method = methods.get(name);
      if (method === undefined) methods.set(name, (method = (...args) => ask(name as QuestionName, args)));
      return method;
    },
  });
}
