import type { DataReader, DecodedArray, PageHeader } from 'hyparquet';
import { assembleLists } from 'hyparquet/src/assemble.js';
import { convertWithDictionary } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';

/**
 * Each row of a column within lists and records is lists of lists, which take hundreds of bytes, and a page of short values has
 * tens of thousands of them: so many values are put together at a time.
 */
const atOnce = 2048;

type ColumnDecoder = Parameters<typeof readDataPage>[2];

interface Levels {
  definition: Uint8Array;
  repetition: Uint8Array;
  values: DecodedArray;
}

/** Puts the rows of a leaf within lists or records together, page by page. */
export class NestedRows {
  private readonly repeated: boolean;
  /** The last row, if any: the values that come next may go on with it. */
  private open: unknown[] = [];

  constructor(private readonly decoder: ColumnDecoder) {
    this.repeated = getMaxRepetitionLevel(decoder.schemaPath) > 0;
  }

  *page(reader: DataReader, header: PageHeader, dictionary: DecodedArray | undefined): Generator<DecodedArray> {
    const { definition, repetition, values } = this.levels(reader, header, dictionary);
    const max = getMaxDefinitionLevel(this.decoder.schemaPath);
    const entries = repetition.length || definition.length || values.length;
    for (let start = 0, used = 0; start < entries;) {
      const end = Math.min(entries, start + atOnce);
      const levels = definition.subarray(start, end);
      const count = levels.length > 0 ? levels.reduce((sum, level) => sum + Number(level === max), 0) : end - start;
      const rows = assembleLists(
        this.open,
        // Nothing is asked of levels but their length and what they are.
        levels as ArrayLike<number> as number[],
        repetition.subarray(start, end) as ArrayLike<number> as number[],
        values.slice(used, used + count),
        this.decoder.schemaPath,
      );
      this.open = this.repeated ? (rows as unknown[]).splice(-1) : [];
      if (rows.length > 0) yield rows;
      start = end;
      used += count;
    }
  }

  *end(): Generator<DecodedArray> {
    if (this.open.length > 0) yield this.open;
  }

  private levels(reader: DataReader, header: PageHeader, dictionary: DecodedArray | undefined): Levels {
    const bytes = new Uint8Array(reader.view.buffer, reader.view.byteOffset + reader.offset, header.compressed_page_size);
    const { codec, compressors } = this.decoder;
    const first = header.data_page_header;
    const second = header.data_page_header_v2;
    if (first) {
      const page = decompressPage(bytes, header.uncompressed_page_size, codec, compressors);
      return this.converted(readDataPage(page, first, this.decoder), dictionary, first.encoding);
    }
    if (second) return this.converted(readDataPageV2(bytes, header, this.decoder), dictionary, second.encoding);
    throw new Error(`a page of type ${header.type}`);
  }

  private converted(
    { definitionLevels, repetitionLevels, dataPage }: ReturnType<typeof readDataPage>,
    dictionary: DecodedArray | undefined,
    encoding: Parameters<typeof convertWithDictionary>[2],
  ): Levels {
    return {
      // As bytes, for a page of short values has very many.
      definition: new Uint8Array(definitionLevels ?? []),
      repetition: new Uint8Array(repetitionLevels),
      values: convertWithDictionary(dataPage, dictionary, encoding, this.decoder),
    };
  }
}
