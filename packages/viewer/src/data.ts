/** What the engine writes into the page; `engine/crates/report/src/visualize/data.rs` documents each field. */
export interface PageData {
  readonly schema: number;
  readonly project: string;
  readonly version: string;
  readonly focus: readonly number[];
  readonly kinds: readonly string[];
  readonly edge_kinds: readonly string[];
  /** Name and confidence (in hundredths) of each way in which an edge was found. */
  readonly evidence: readonly (readonly [string, number])[];
  readonly files: readonly string[];
  readonly entities: {
    readonly name: readonly string[];
    readonly file: readonly number[];
    readonly kind: readonly number[];
    readonly line: readonly number[];
    readonly lines: readonly number[];
    readonly flags: readonly number[];
    readonly parent: readonly number[];
    readonly owner: readonly number[];
    readonly unresolved: readonly number[];
  };
  readonly edges: {
    readonly from: readonly number[];
    readonly to: readonly number[];
    readonly kind: readonly number[];
    readonly evidence: readonly number[];
    readonly line: readonly number[];
    readonly sites: readonly number[];
  };
  readonly cycles: readonly (readonly number[])[];
  readonly left_out: number;
  readonly skipped: readonly (readonly [string, string])[];
  readonly partly_parsed: readonly string[];
}

const SCHEMA = 1;

/** Unpacks base64 of deflated JSON. */
export async function readData(base64: string): Promise<PageData> {
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  const json = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const data = JSON.parse(await new Response(json).text()) as PageData;
  if (data.schema !== SCHEMA) throw new Error(`the data has schema ${data.schema}, not ${SCHEMA}`);
  return data;
}
