/** Milliseconds: that brokers take long to start on a busy machine is none of the faults. */
export const STARTUP_MS = 300_000;
