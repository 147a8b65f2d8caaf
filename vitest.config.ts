import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Has a configuration of its own, and needs Chromium.
    exclude: ["test/browser/**"],
    globalSetup: "test/support/setup.ts",
    // Far above what a test takes: a busy machine must not fail one, and a hanging one still ends.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Two cores: more workers only make each other's timing worse.
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});
