import { Button, Menu } from '@mantine/core';
import { signOut } from '../session/session-store';
import { useWhoami } from '../session/use-scopes';
import styles from './frame.module.css';

/** Whose token this is, of which tenant, with which scopes. */
export function Who() {
  const whoami = useWhoami();
  if (whoami === null) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" className={styles.who}>
          {whoami.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          tenant {whoami.tenant} · token {whoami.tokenId}
        </Menu.Label>
        <Menu.Label>scopes {whoami.scopes.join(', ')}</Menu.Label>
        <Menu.Divider />
        <Menu.Item component="a" href="/docs" target="_blank" rel="noreferrer">
          API documentation
        </Menu.Item>
        <Menu.Item onClick={signOut}>Sign out, in every tab</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
