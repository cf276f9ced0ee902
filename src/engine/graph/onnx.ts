/**
 * The few ONNX messages a generated model needs, as protobuf bytes.
 * Field numbers: onnx.proto (IR version 8), https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { bytes, message, text, varint } from './protobuf.js';
import type { Shape } from './shape.js';

export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** AttributeProto: an integer or a list of integers. */
export const attribute = ([name, value]: [string, number | readonly number[]]): Uint8Array =>
  typeof value === 'number'
    ? bytes(text(1, name), varint(3, value), varint(20, 2))
    : bytes(text(1, name), ...value.map((v) => varint(8, v)), varint(20, 7));

/** NodeProto */
export const node = (
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Uint8Array[],
  domain: string,
): Uint8Array =>
  bytes(
    ...inputs.map((i) => text(1, i)),
    ...outputs.map((o) => text(2, o)),
    text(4, type),
    ...attributes.map((a) => message(5, a)),
    ...(domain ? [text(7, domain)] : []),
  );

/** TensorProto with raw little-endian data. */
export const tensor = (name: string, type: number, dims: readonly number[], data: ArrayBufferView): Uint8Array =>
  bytes(
    ...dims.map((d) => varint(1, d)),
    varint(2, type),
    text(8, name),
    message(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );

/** ValueInfoProto of a tensor; an axis with a name is left open under that name. */
export function valueInfo(name: string, type: number, shape: Shape): Uint8Array {
  const dims = shape.map((d) => message(1, typeof d === 'number' ? varint(1, d) : text(2, d)));
  return bytes(text(1, name), message(2, message(1, bytes(varint(1, type), message(2, bytes(...dims))))));
}

/** ModelProto: opset 18 of the standard operators and version 1 of the runtime's own. */
export function model(parts: {
  nodes: readonly Uint8Array[];
  initializers: readonly Uint8Array[];
  inputs: readonly Uint8Array[];
  outputs: readonly Uint8Array[];
}): Uint8Array {
  const graph = bytes(
    ...parts.nodes.map((n) => message(1, n)),
    text(2, 'graph'),
    ...parts.initializers.map((t) => message(5, t)),
    ...parts.inputs.map((i) => message(11, i)),
    ...parts.outputs.map((o) => message(12, o)),
  );
  const opset = (domain: string, version: number) => message(8, bytes(text(1, domain), varint(2, version)));
  return bytes(varint(1, 8), text(2, 'grpo-lab'), message(7, graph), opset('', 18), opset('com.microsoft', 1));
}
