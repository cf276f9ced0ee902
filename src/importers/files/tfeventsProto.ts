/** The few messages of TensorBoard's protocol buffers that hold scalars and texts. Field numbers as in tensorboard/compat/proto. */
import { PbfReader } from 'pbf';
import { halfValue } from '../../protocol/arrays.js';

export interface TfValue {
  tag: string;
  /** Name of the plugin the value is for; null when the record does not say (only a tag's first one need). */
  plugin: string | null;
  /** The one number of a scalar. */
  value: number | null;
  /** The strings of a text tensor, one below the other. */
  text: string | null;
}

export interface TfRecord {
  wallTime: number;
  step: number;
  values: TfValue[];
}

/** `DataType` of tensorflow/core/framework/types.proto. */
const dataType = { float: 1, double: 2, int32: 3, uint8: 4, string: 7, int64: 9, bool: 10, bfloat16: 14, half: 19 } as const;
/** Strings of one text tensor that are kept. */
const maxStrings = 1000;

/** @throws Error for bytes that are no such message */
export function decodeEvent(bytes: Uint8Array): TfRecord {
  return new PbfReader(bytes).readFields(
    (field, event, pbf) => {
      if (field === 1) event.wallTime = pbf.readDouble();
      else if (field === 2) event.step = pbf.readVarint(true);
      else if (field === 5) pbf.readMessage(readSummary, event.values);
    },
    { wallTime: 0, step: 0, values: [] as TfValue[] },
  );
}

function readSummary(field: number, values: TfValue[], pbf: PbfReader): void {
  if (field === 1) values.push(pbf.readMessage(readValue, { tag: '', plugin: null, value: null, text: null }));
}

function readValue(field: number, into: TfValue, pbf: PbfReader): void {
  if (field === 1) into.tag = pbf.readString();
  else if (field === 2) into.value = pbf.readFloat();
  else if (field === 8) Object.assign(into, tensorValue(pbf.readMessage(readTensor, emptyTensor())));
  else if (field === 9) into.plugin = pbf.readMessage(readMetadata, { plugin: '' }).plugin;
}

function readMetadata(field: number, into: { plugin: string }, pbf: PbfReader): void {
  if (field !== 1) return;
  into.plugin = pbf.readMessage(
    (inner, data, p) => {
      if (inner === 1) data.name = p.readString();
    },
    { name: '' },
  ).name;
}

interface Tensor {
  type: number;
  /** Elements by its shape; 1 for a scalar. */
  size: number;
  content: Uint8Array | null;
  numbers: number[];
  strings: string[];
}

const emptyTensor = (): Tensor => ({ type: 0, size: 1, content: null, numbers: [], strings: [] });

function readTensor(field: number, tensor: Tensor, pbf: PbfReader): void {
  switch (field) {
    case 1:
      tensor.type = pbf.readVarint();
      break;
    case 2:
      pbf.readMessage((inner, into, p) => {
        if (inner === 2) into.size *= p.readMessage(readDimension, { size: 1 }).size;
      }, tensor);
      break;
    case 4:
      tensor.content = pbf.readBytes();
      break;
    case 5:
      pbf.readPackedFloat(tensor.numbers);
      break;
    case 6:
      pbf.readPackedDouble(tensor.numbers);
      break;
    case 7:
    case 10:
      pbf.readPackedVarint(tensor.numbers, true);
      break;
    case 11:
      pbf.readPackedVarint(tensor.numbers);
      break;
    case 13:
      for (const bits of pbf.readPackedVarint()) tensor.numbers.push(tensor.type === dataType.bfloat16 ? bfloat(bits) : halfValue(bits));
      break;
    case 8:
      // Not more than are kept; the rest is passed over by its length.
      if (tensor.strings.length < maxStrings) tensor.strings.push(pbf.readString());
      break;
  }
}

function readDimension(field: number, dimension: { size: number }, pbf: PbfReader): void {
  if (field === 1) dimension.size = pbf.readVarint(true);
}

function tensorValue({ type, size, content, numbers, strings }: Tensor): Pick<TfValue, 'value' | 'text'> {
  if (type === dataType.string) return { value: null, text: strings.length > 0 ? strings.join('\n') : null };
  if (size !== 1) return { value: null, text: null };
  if (content) return { value: scalarOf(type, content), text: null };
  return { value: numbers.length > 0 ? numbers[0] : null, text: null };
}

/** One element, little-endian. */
function scalarOf(type: number, bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (width: number): boolean => bytes.byteLength === width;
  switch (type) {
    case dataType.float:
      return has(4) ? view.getFloat32(0, true) : null;
    case dataType.double:
      return has(8) ? view.getFloat64(0, true) : null;
    case dataType.int32:
      return has(4) ? view.getInt32(0, true) : null;
    case dataType.int64:
      return has(8) ? Number(view.getBigInt64(0, true)) : null;
    case dataType.uint8:
    case dataType.bool:
      return has(1) ? view.getUint8(0) : null;
    case dataType.half:
      return has(2) ? halfValue(view.getUint16(0, true)) : null;
    case dataType.bfloat16:
      return has(2) ? bfloat(view.getUint16(0, true)) : null;
    default:
      return null;
  }
}

function bfloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
