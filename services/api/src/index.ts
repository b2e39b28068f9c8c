export { apiRoutes } from './api-routes';
export { apiConfigSchema } from './config';
export type { ApiConfig } from './config';
export type { ApiDeps } from './deps';
export { balanceLedger } from './ledger-balance';
export type { LogPositions } from './ledger-balance';
export { createApiServer, startApi } from './start-api';
export type { RunningApi } from './start-api';
