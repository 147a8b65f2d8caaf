import { existsSync, readFileSync } from "node:fs";

/**
 * Whether a process of Linux runs. One that ended stays in the table until somebody asks for it, which in a container
 * may be never.
 */
export const runs = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
