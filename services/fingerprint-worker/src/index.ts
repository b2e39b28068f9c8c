export { fingerprintConfigSchema } from './config';
export type { FingerprintConfig } from './config';
export { startFingerprintWorker } from './start-fingerprint-worker';
export type { FingerprintWorkerDeps } from './start-fingerprint-worker';
