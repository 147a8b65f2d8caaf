// What the start-up file loads only when it needs it: all the rest of the package, in one file. The commands share
// most of their modules, so one file takes two thirds of the room of one per command; and it is loaded sooner,
// because finding a file takes longer than passing over functions that are not called.

export * from "./download/standby.ts";
export * from "./failure.ts";
export * from "./index.ts";
export * from "./own.ts";
