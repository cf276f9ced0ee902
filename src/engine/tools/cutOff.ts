import { createRequire, registerHooks, syncBuiltinESMExports } from 'node:module';
import { createContext, runInContext, runInThisContext } from 'node:vm';
import { Random } from '../random.js';

let random = Random.derive(0, 'python');

/** Every program draws the same random numbers, also those that Python asks of the system. */
export const resetRandom = (): void => void (random = Random.derive(0, 'python'));

function fill<T extends NodeJS.ArrayBufferView>(view: T): T {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.integer(0, 255);
  return view;
}

const nodes = createRequire(__filename);
let isCutOff = false;

/** What Pyodide gets when it asks for a module of Node: everything while it loads, and then random bytes. */
function handOut(name: string): unknown {
  if (name.endsWith('crypto')) return { randomFillSync: fill };
  if (isCutOff) throw new Error(`There is no ${name} here.`);
  return nodes(name);
}

/**
 * Before Python is loaded: what it reads of the system becomes the same every time, and memory that it may not have is refused.
 * Objects of Python that JavaScript drops are not followed: memory is put back as a whole, and nothing may be freed in it later.
 * @param memory bytes
 */
export function prepareWorker(memory: number): void {
  if (typeof registerHooks !== 'function') throw new Error(`Node ${process.versions.node} is too old, 22.15 would do`);
  const own = nodes('node:module') as { createRequire: unknown };
  own.createRequire = () => handOut;
  syncBuiltinESMExports();
  // For sockets, of which there are none.
  registerHooks({
    resolve: (name, context, next) => (name === 'ws' ? { url: 'data:text/javascript,', shortCircuit: true } : next(name, context)),
  });
  Math.random = () => random.next();
  const { Memory } = Reflect.get(globalThis, 'WebAssembly') as { Memory: { prototype: WasmMemory } };
  const { prototype } = Memory;
  const grow = Reflect.get(prototype, 'grow');
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * 65_536 > memory) throw new RangeError('No more memory.');
    return grow.call(this, pages);
  };
  FinalizationRegistry.prototype.register = () => undefined;
}

/** A WebAssembly.Memory, in pages of 64 KiB. */
interface WasmMemory {
  buffer: ArrayBuffer;
  grow(this: WasmMemory, pages: number): number;
}

/** Modules of Node that Pyodide holds, and that reach beyond the thread. */
const blockedModules = ['fs', 'fs/promises', 'child_process', 'crypto', 'module', 'vm', 'worker_threads'];

/** Leaves nothing in a module of Node for those who hold it. */
function refuse(name: string, members: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(members)) {
    if (typeof value !== 'function') continue;
    Reflect.set(members, key, () => {
      throw new Error(`There is no ${name}.${key} here.`);
    });
  }
}

/** The bare language without what makes code of texts, and what Pyodide reads bytes with. */
const kept = new Set(runInContext('Object.getOwnPropertyNames(globalThis)', createContext()) as string[]);
// Node's console leads to its streams.
for (const name of ['eval', 'Function', 'console']) kept.delete(name);
for (const name of ['TextDecoder', 'TextEncoder']) kept.add(name);

/** Whose constructors make functions of texts. */
const functionPrototypes = runInThisContext(
  '[() => 0, async () => 0, function* () {}, async function* () {}].map(Object.getPrototypeOf)',
) as object[];

/** What a program's time begins with: 1 January 2024. */
const epoch = Date.UTC(2024, 0, 1);

/**
 * Behind the last load: takes from this thread's JavaScript whatever reaches beyond it (Node's modules, `process`, network, timers)
 * and whatever makes code of texts. A program that found its way from Python into JavaScript would find the bare language.
 * Nothing gives any of it back: the thread ends with it.
 */
export function cutOff(): void {
  isCutOff = true;
  // Taken before it is refused with the rest of its module.
  const share = syncBuiltinESMExports;
  for (const [name, members] of blockedModules.map((name) => [name, nodes(name)] as const))
    refuse(name, members as Record<string, unknown>);
  share();
  for (const name of Reflect.ownKeys(globalThis)) {
    if (typeof name !== 'string' || !kept.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  for (const prototype of functionPrototypes) Reflect.deleteProperty(prototype, 'constructor');
  Date.now = () => epoch;
  const silent = () => undefined;
  Object.assign(globalThis, {
    performance: { now: () => 0, timeOrigin: epoch },
    console: { log: silent, info: silent, warn: silent, error: silent, debug: silent },
  });
}
