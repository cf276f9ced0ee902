/**
 * The part of the protobuf wire format that ONNX models need, written only.
 * So few lines are lighter than a protobuf library, a schema file and its generated code.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
const utf8 = new TextEncoder();

function base128(value: bigint): Uint8Array {
  const out: number[] = [];
  // Negative int64 values are ten bytes of their two's complement.
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

const tag = (field: number, wireType: number): Uint8Array => base128(BigInt((field << 3) | wireType));

/** Parts joined. */
export function bytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, p) => size + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/** A length-delimited field: bytes or an embedded message. */
export const message = (field: number, content: Uint8Array): Uint8Array => bytes(tag(field, 2), base128(BigInt(content.length)), content);
export const text = (field: number, value: string): Uint8Array => message(field, utf8.encode(value));
/** int32, int64 or enum. */
export const varint = (field: number, value: number): Uint8Array => bytes(tag(field, 0), base128(BigInt(value)));
