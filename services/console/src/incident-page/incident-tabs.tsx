import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { IncidentDetail } from '../api/models';
import { countText } from '../count/count-text';
import { AlertsTab } from './alerts-tab';
import { CrashesTab } from './crashes-tab';
import { HistoryTab } from './history-tab';
import { readIncidentView, type IncidentView } from './incident-view';
import { VariantsTab } from './variants-tab';

/** The evidence behind the page's claims; which tab is open is in the address. */
export function IncidentTabs({ detail, view }: { detail: IncidentDetail; view: IncidentView }) {
  const navigate = useNavigate();
  const { number, title, family, crashes } = detail.incident;
  const open = (tab: string | null): void =>
    void navigate({
      to: '/incidents/$number',
      params: { number },
      search: readIncidentView({ tab }),
      resetScroll: false,
    });
  return (
    <Tabs value={view.tab ?? 'crashes'} onChange={open} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="crashes">Crashes {countText(crashes)}</Tabs.Tab>
        <Tabs.Tab value="variants">Variants {detail.variants.length}</Tabs.Tab>
        <Tabs.Tab value="alerts">Alerts sent {detail.deliveries.length}</Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="crashes" pt="sm">
        <CrashesTab number={number} title={title} />
      </Tabs.Panel>
      <Tabs.Panel value="variants" pt="sm">
        <VariantsTab variants={detail.variants} family={family} />
      </Tabs.Panel>
      <Tabs.Panel value="alerts" pt="sm">
        <AlertsTab deliveries={detail.deliveries} />
      </Tabs.Panel>
      <Tabs.Panel value="history" pt="sm">
        <HistoryTab number={number} />
      </Tabs.Panel>
    </Tabs>
  );
}
