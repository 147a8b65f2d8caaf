// The parts of jsonc-parser that are used, in one place: the package carries them once (see the bundler's SHARED).

export {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  modify,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
