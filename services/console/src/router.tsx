import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { readCrashView } from './crash-page/crash-view';
import { CrashPage } from './crash-page/crash-page';
import { Empty } from './feedback/empty';
import { Failure } from './feedback/failure';
import { Frame } from './frame/frame';
import { GroupsPage } from './groups-page/groups-page';
import { HostPage } from './host-page/host-page';
import { IncidentListPage } from './incident-list/incident-list-page';
import { readIncidentQuery } from './incident-list/incident-query';
import { IncidentPage } from './incident-page/incident-page';
import { readIncidentView } from './incident-page/incident-view';
import { RebootsPage } from './reboots-page/reboots-page';
import { readRebootsView } from './reboots-page/reboots-view';

const root = createRootRoute({
  component: Frame,
  notFoundComponent: () => <Empty page title="There is no such page." />,
  errorComponent: ({ error, reset }) => (
    <Failure page what="This page failed to draw itself" error={error} onRetry={reset} />
  ),
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => redirect({ to: '/incidents', throw: true }),
});

const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  validateSearch: readIncidentQuery,
  component: function Incidents() {
    return <IncidentListPage query={incidents.useSearch()} />;
  },
});

const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$number',
  validateSearch: readIncidentView,
  component: function Incident() {
    const { number } = incident.useParams();
    return <IncidentPage key={number} number={number} view={incident.useSearch()} />;
  },
});

const crash = createRoute({
  getParentRoute: () => root,
  path: '/crashes/$id',
  validateSearch: readCrashView,
  component: function Crash() {
    const { id } = crash.useParams();
    return <CrashPage key={id} id={id} view={crash.useSearch()} />;
  },
});

const host = createRoute({
  getParentRoute: () => root,
  path: '/hosts/$id',
  component: function Host() {
    const { id } = host.useParams();
    return <HostPage key={id} id={id} />;
  },
});

const reboots = createRoute({
  getParentRoute: () => root,
  path: '/reboots',
  validateSearch: readRebootsView,
  component: function Reboots() {
    return <RebootsPage view={reboots.useSearch()} />;
  },
});

const groups = createRoute({ getParentRoute: () => root, path: '/groups', component: GroupsPage });

/** Plain query strings, values as they are: addresses are read and written by people too. */
function writeSearch(search: Record<string, unknown>): string {
  const fields = Object.entries(search).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const text = new URLSearchParams(fields).toString();
  return text === '' ? '' : `?${text}`;
}

export const router = createRouter({
  routeTree: root.addChildren([home, incidents, incident, crash, host, reboots, groups]),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: writeSearch,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
