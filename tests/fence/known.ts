/** Faults of the tree that are known, to be mended: the list only shrinks. */
export const known: readonly string[] = [
  "adapters/local > adapters/local/answering.ts > adapters/local",
  "functions/account/view.ts imports functions/policy/preview.ts: functions/account may not stand on functions/policy",
  "functions/disclosure > functions/release/protect > functions/disclosure",
  "functions/disclosure/lattice.ts imports functions/release/protect/noise.ts: functions/disclosure may not stand on functions/release/protect",
  "functions/keep > functions/keep/ingest > functions/keep",
  "functions/keep/pseudonymise.ts imports functions/keep/ingest/generalise.ts: functions/keep may not stand on functions/keep/ingest",
];
