/** Texts of any length as UTF-8: what SQLite holds of them, handed from thread to thread and on to the page, made a string where it is read. */
export type Utf8 = Uint8Array;

/** What is read of it: a string for each of its texts. */
export type Decoded<T> = { [K in keyof T]: T[K] extends Utf8 ? string : T[K] };

/** The reverse: `T` as it travels, its texts K as bytes. */
export type Encoded<T, K extends keyof T> = Omit<T, K> & Record<K, Utf8>;

// A mark at the beginning of a text is a part of it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** @param answer its own texts are decoded, not those of what is in it */
export const decodeTexts = <T extends object>(answer: T): Decoded<T> =>
  Object.fromEntries(
    Object.entries(answer).map(([key, value]: [string, unknown]) => [key, value instanceof Uint8Array ? decoder.decode(value) : value]),
  ) as Decoded<T>;

const encoder = new TextEncoder();
export const encodeUtf8 = (text: string): Utf8 => encoder.encode(text);
