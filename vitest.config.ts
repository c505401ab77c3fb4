import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{functions,schemas,adapters,infra,tests,docs}/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
