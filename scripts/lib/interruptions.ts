/** The signals with which a user, a system that stops, and a terminal that closes end a command. */
export const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
