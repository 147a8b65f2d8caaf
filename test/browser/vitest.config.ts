import { defineConfig } from "vitest/config";

/** `npm run test:browser`: apart from `npm test`, because it needs Chromium. */
export default defineConfig({
  test: {
    include: ["test/browser/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
  },
});
