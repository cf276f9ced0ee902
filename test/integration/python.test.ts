/** Programs of models in the sandbox: whatever they try, each ends in a clear result and the next one runs. */
import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/engine/random.js';
import { tools } from '../../src/engine/tasks/tools.js';
import type { Level } from '../../src/engine/tasks/task.js';
import { Python, type ToolResult } from '../../src/engine/tools/python.js';

const file = resolve('dist/pythonWorker.cjs');
const python = new Python(file, { time: 20_000 });
const small = new Python(file, { time: 20_000, memory: 96 * 2 ** 20, output: 10_000 });
const hasty = new Python(file, { time: 1500, memory: 96 * 2 ** 20, output: 10_000 });
afterAll(() => Promise.all([python, small, hasty].map((p) => p.dispose())));

/** Also where a busy machine takes longer for it than the program may. */
const alive = async (p: Python): Promise<void> =>
  expect.poll(() => p.run('print(6*7)')).toEqual({ kind: 'ok', stdout: '42\n', message: '' });
const lines = (...program: string[]): string => program.join('\n');

test('every worked solution with tools prints what it says', async () => {
  const random = Random.derive(11, 'tools');
  for (let i = 0; i < 200; i++) {
    const { question, solution, answer } = tools(((i % 5) + 1) as Level, random);
    const [, program] = /```python\n([^]*?)```/.exec(solution)!;
    expect(await python.run(program), question).toEqual({ kind: 'ok', stdout: `${answer}\n`, message: '' });
  }
});

describe('a program that', () => {
  test.each<[string, string, Partial<Record<keyof ToolResult, unknown>>]>([
    ['raises', 'print(1)\nprint(2/0)', { kind: 'error', stdout: '1\n', message: 'ZeroDivisionError: division by zero' }],
    ['is no Python', 'print(', { kind: 'error', message: expect.stringContaining('SyntaxError') }],
    ['ends itself politely', 'print(1)\nexit()', { kind: 'ok', stdout: '1\n' }],
    ['prints without a line break', 'print(7, end="")', { kind: 'ok', stdout: '7' }],
    ['prints Chinese', 'print("答案是7")', { kind: 'ok', stdout: '答案是7\n' }],
    ['asks for input', 'input()', { kind: 'error', message: expect.stringContaining('EOFError') }],
    ['recurses without end', 'def f(n): return f(n+1)\nf(0)', { kind: 'error', message: expect.stringContaining('RecursionError') }],
    ['forks', 'import os\nos.fork()', { kind: 'error' }],
    ['starts a shell', 'import os\nprint(os.system("id"))', { kind: 'error', message: expect.stringContaining('AttributeError') }],
    ['starts a process', 'import subprocess\nprint(subprocess.run(["id"], capture_output=True))', { kind: 'error' }],
    [
      'starts a thread',
      'import threading\nthreading.Thread(target=print).start()',
      { kind: 'error', message: expect.stringContaining('thread') },
    ],
    [
      'reads the password file',
      'print(open("/etc/passwd").read())',
      { kind: 'error', message: expect.stringContaining('FileNotFoundError') },
    ],
    [
      'reads this file',
      `print(open(${JSON.stringify(resolve('package.json'))}).read())`,
      { kind: 'error', message: expect.stringContaining('FileNotFoundError') },
    ],
    ['writes a file', 'open("/tmp/x", "w").write("x")', { kind: 'error', message: "OSError: [Errno 69] Read-only file system: '/tmp/x'" }],
    ['makes a folder', 'import os\nos.mkdir("/tmp/x")', { kind: 'error', message: expect.stringContaining('Read-only file system') }],
    ['imports JavaScript', 'import js', { kind: 'error', message: expect.stringContaining('ModuleNotFoundError') }],
    ['imports the bridge', 'import pyodide_js', { kind: 'error', message: expect.stringContaining('ModuleNotFoundError') }],
    ['imports what loads pages', 'import pyodide.http', { kind: 'error', message: expect.stringContaining('ModuleNotFoundError') }],
    ['runs JavaScript', 'from pyodide.code import run_js\nrun_js("1")', { kind: 'error' }],
    ['opens a page', 'import urllib.request\nprint(urllib.request.urlopen("http://127.0.0.1:1").read())', { kind: 'error' }],
    ['opens a socket', 'import socket\ns=socket.socket()\ns.connect(("127.0.0.1", 22))\nprint(s.recv(9))', { kind: 'error' }],
    [
      'looks at the environment',
      'import os\nprint(dict(os.environ))',
      { kind: 'ok', stdout: expect.not.stringContaining(process.env.PATH!) },
    ],
  ])('%s', async (_, program, expected) => {
    expect(await python.run(program)).toMatchObject(expected);
    await alive(python);
  });

  test.each<[string, string, ToolResult['kind'][]]>([
    ['never ends', 'while True: pass', ['timeout']],
    ['never ends in C', 'sum(iter(int, 1))', ['timeout']],
    ['sleeps', 'import time\ntime.sleep(1000)', ['timeout', 'error']],
    ['wants more memory than there is', 'x = bytearray(200*2**20)', ['memory']],
    ['takes memory bit by bit', 'x = []\nwhile True: x.append(bytes(2**20))', ['memory']],
    ['prints 100 MB', 'print("a"*100_000_000)', ['output', 'memory']],
    ['prints without end', 'while True: print("abc")', ['output', 'timeout']],
    ['prints errors without end', 'import sys\nwhile True: print("abc", file=sys.stderr)', ['output', 'timeout']],
    ['ends the interpreter', 'import os\nos._exit(0)', ['crash']],
    ['aborts', 'import os\nos.abort()', ['crash']],
    ['kills', 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', ['crash', 'error', 'ok']],
    [
      'recurses beyond the stack',
      'import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()',
      ['error', 'crash', 'memory', 'timeout'],
    ],
    ['nests beyond the stack', 'x = []\nfor i in range(10**6): x = [x]\nprint(x)', ['error', 'crash', 'memory', 'timeout']],
  ])('%s', async (_, program, kinds) => {
    const interpreter = kinds.includes('timeout') ? hasty : small;
    const result = await interpreter.run(program);
    expect(kinds, `${result.kind}: ${result.message} ${result.stdout.slice(0, 100)}`).toContain(result.kind);
    expect(result.message.length).toBeLessThan(300);
    expect(result.stdout.length).toBeLessThanOrEqual(10_000);
    await alive(interpreter);
  });

  test('finds JavaScript after all can do nothing with it', async () => {
    const program = lines(
      'import gc',
      'finder = next(o for o in gc.get_objects() if type(o).__name__ == "JsFinder")',
      'js, api = finder.jsproxies["js"], finder.jsproxies["pyodide_js"]',
      'def attempt(f):',
      '  try: print("reached", f())',
      '  except BaseException: print("refused")',
      'for name in ("process", "require", "eval", "Function", "fetch", "WebSocket", "Buffer", "Worker", "setTimeout"):',
      '  attempt(lambda: getattr(js, name))',
      'attempt(lambda: js.Object.constructor("return 1")())',
      'attempt(lambda: js.console._stdout)',
      'attempt(lambda: api.FS.mount(api.FS.filesystems.NODEFS, js.Object.new(), "/tmp"))',
      'attempt(lambda: api.mountNodeFS("/tmp", "/etc"))',
      'attempt(lambda: open("/tmp/passwd").read())',
      'attempt(lambda: api._api.loadBinaryFile("/etc/passwd"))',
    );
    expect(await python.run(program)).toEqual({ kind: 'ok', stdout: 'refused\n'.repeat(15), message: '' });
    await alive(python);
  });

  test.each(['emscripten_run_script(b"1")', 'system(b"id")'])('calls C by %s ends Python, no more', async (call) => {
    expect(await python.run(`import ctypes\nctypes.pythonapi.${call}`)).toMatchObject({ kind: 'crash' });
    await alive(python);
  });
});

test('programs find the interpreter fresh, whatever ran before, and draw the same random numbers at the same time', async () => {
  const look = lines(
    'import random, math, os, time, builtins, uuid, tempfile',
    'print(random.random(), id(object()), hash("a"), list({"x", "y", "z"}), os.urandom(4).hex(), time.time(), uuid.uuid4(), math.gcd(4, 6))',
    'print(os.getcwd(), open("/dev/null").fileno(), sorted(globals()))',
  );
  const first = await python.run(look);
  expect(first.kind).toBe('ok');
  const vandal = lines(
    'import math, builtins, random, sys, os',
    'math.gcd = None',
    'builtins.print = None',
    'random.seed(5)',
    'leftover = 1',
    'sys.path.clear()',
    'os.chdir("/")',
    'left = [open("/dev/null"), open(os.__file__)] if os.path.exists(os.__file__) else 0',
    'x = [0]*10**7',
  );
  expect(await python.run(vandal)).toMatchObject({ kind: 'ok' });
  expect(await python.run(look)).toEqual(first);
  await python.run('import os\nos._exit(1)');
  expect(await python.run(look)).toEqual(first);
});

test('programs wait for each other', async () => {
  const results = await Promise.all([1, 2, 3, 4].map((n) => python.run(`print(${n})`)));
  expect(results.map((r) => r.stdout)).toEqual(['1\n', '2\n', '3\n', '4\n']);
});

test('a worker that cannot load says so, and is asked anew the next time', async () => {
  const broken = new Python(resolve('dist/none.cjs'));
  for (let i = 0; i < 2; i++) await expect(broken.run('print(1)')).rejects.toThrow('Python cannot be loaded');
});
