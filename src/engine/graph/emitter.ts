import { attribute, node, tensor, type Attributes } from './onnx.js';

export type Precision = 'float32' | 'float64';

/** ONNX element type numbers (onnx.proto, TensorProto.DataType). */
export const elementTypes = { float32: 1, int32: 6, int64: 7, float64: 11 } as const;

/** Collects the ONNX nodes and initialisers of one graph. Internal names hold a "/", which input and output names cannot. */
export class Emitter {
  readonly nodes: Uint8Array[] = [];
  readonly initializers: Uint8Array[] = [];
  private readonly constants = new Map<string, string>();
  private names = 0;

  constructor(readonly precision: Precision) {}

  fresh(): string {
    return `v/${this.names++}`;
  }

  /** Writes one ONNX node with one output and returns the output's name. */
  op(type: string, inputs: readonly string[], output = this.fresh(), attributes: Attributes = {}, domain = ''): string {
    this.nodes.push(node(type, inputs, [output], Object.entries(attributes).map(attribute), domain));
    return output;
  }

  /** Both halves of x along an axis. */
  halves(x: string, axis: number): [string, string] {
    const parts: [string, string] = [this.fresh(), this.fresh()];
    this.nodes.push(node('Split', [x], parts, [attribute(['axis', axis]), attribute(['num_outputs', 2])], ''));
    return parts;
  }

  cast(x: string, to: 'float' | 'int32' | 'int64', output = this.fresh()): string {
    return this.op('Cast', [x], output, { to: elementTypes[to === 'float' ? this.precision : to] });
  }

  /** Gives a constant the name of a node. */
  define(output: string, constant: string): void {
    this.op('Identity', [constant], output);
  }

  scalar(value: number): string {
    const data = this.precision === 'float32' ? Float32Array.of(value) : Float64Array.of(value);
    return this.initializer(`scalar ${value}`, elementTypes[this.precision], [], data);
  }

  ints(values: readonly number[]): string {
    return this.initializer(`int64 ${values.join()}`, elementTypes.int64, [values.length], BigInt64Array.from(values, BigInt));
  }

  int32s(values: readonly number[]): string {
    return this.initializer(`int32 ${values.join()}`, elementTypes.int32, [values.length], Int32Array.from(values));
  }

  private initializer(key: string, type: number, dims: readonly number[], data: ArrayBufferView): string {
    const before = this.constants.get(key);
    if (before) return before;
    const name = `c/${this.constants.size}`;
    this.constants.set(key, name);
    this.initializers.push(tensor(name, type, dims, data));
    return name;
  }
}
