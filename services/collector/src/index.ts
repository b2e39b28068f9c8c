export { collectorRoutes } from './collector-routes';
export type { CollectorRouteOptions } from './collector-routes';
export { collectorConfigSchema } from './config';
export type { CollectorConfig } from './config';
export type { CollectorDeps } from './deps';
export { startCollector } from './start-collector';
export type { RunningCollector } from './start-collector';
