export { alertConfigSchema } from './config';
export type { AlertConfig } from './config';
export type { AlertWorkerDeps } from './deps';
export { startAlertWorker } from './start-alert-worker';
