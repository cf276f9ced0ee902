// A type, not an interface: zod's metadata wants an index signature.
/** What a key's `.meta()` may say beside its description. */
export type KeyMeta = {
  description: string;
  /** The paper's value, as text, when it has one. */
  paper?: string;
  /** Metrics this key shapes, most telling first. */
  governs?: string[];
};

export const meta = (m: KeyMeta): KeyMeta => m;
