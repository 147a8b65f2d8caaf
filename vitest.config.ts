import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/setup.ts",
    testTimeout: 30_000,
    hookTimeout: 300_000,
    // Two cores: more workers only make each other's timing worse.
    maxWorkers: 2,
  },
});
