import { InferenceSession } from 'onnxruntime-node';
import { Emitter, elementTypes, type Precision } from './emitter.js';
import { reachable, type Node } from './graph.js';
import { model, valueInfo } from './onnx.js';

export interface CompileOptions {
  /** Threads inside one operator; more than there are cores makes everything several times slower. */
  threads: number;
  /** float64 exists for checks against finite differences. Default float32. */
  precision?: Precision;
}

/** An ONNX model (opset 18) that computes the named outputs. */
export function serialise(outputs: Readonly<Record<string, Node>>, precision: Precision = 'float32'): Uint8Array {
  const e = new Emitter(precision);
  const names = new Map<Node, string>();
  const inputs: Uint8Array[] = [];
  const typeOf = (n: Node) => elementTypes[n.type === 'float' ? precision : n.type];
  for (const n of reachable(Object.values(outputs))) {
    const input = n.graph.inputName(n);
    const name = input ?? e.fresh();
    names.set(n, name);
    if (input !== undefined) inputs.push(valueInfo(input, typeOf(n), n.shape));
    else
      n.emit(
        e,
        n.inputs.map((i) => names.get(i)!),
        name,
      );
  }
  const taken = new Set([...names.values()]);
  const results = Object.entries(outputs).map(([name, n]) => {
    if (taken.has(name)) throw new Error(`An output cannot be called "${name}": "${name}" is an input of the graph.`);
    e.op('Identity', [names.get(n)!], name);
    return valueInfo(name, typeOf(n), n.shape);
  });
  return model({ nodes: e.nodes, initializers: e.initializers, inputs, outputs: results });
}

/** Compiles a graph for the CPU. The options are the ones measured to be fastest and the same from run to run. */
export function compile(outputs: Readonly<Record<string, Node>>, options: CompileOptions): Promise<InferenceSession> {
  return InferenceSession.create(serialise(outputs, options.precision), {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: options.threads,
    // Threads that wait do not spin: as fast on a free machine, several times faster on one that is shared with an editor.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
}
