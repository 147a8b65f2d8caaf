// The part of jsonc-parser that is used, and its mistakes in words. Its own names of them come with tables of
// everything else that it can do, so the bundler takes the parser alone (see main-package.ts).

export {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from "jsonc-parser";

/** By jsonc-parser's `ParseErrorCode`. */
const MISTAKES = [
  "",
  "invalid symbol",
  "invalid number format",
  "property name expected",
  "value expected",
  "colon expected",
  "comma expected",
  "close brace expected",
  "close bracket expected",
  "end of file expected",
  "invalid comment token",
  "unexpected end of comment",
  "unexpected end of string",
  "unexpected end of number",
  "invalid unicode",
  "invalid escape character",
  "invalid character",
] as const;

/** What a mistake is, in words. */
export const mistakeWords = ({ error }: { readonly error: number }): string =>
  MISTAKES[error] ?? "a mistake";
