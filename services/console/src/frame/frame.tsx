import { Button } from '@mantine/core';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useKeys } from '../keyboard/use-keys';
import styles from './frame.module.css';
import { KeySheet } from './key-sheet';
import { Mark } from './mark';
import { SearchBox } from './search-box';
import { ThemeToggle } from './theme-toggle';
import { usePageFocus } from './use-page-focus';
import { Who } from './who';

/** What stays on every page: where one is, the search box, who one is. */
export function Frame() {
  const navigate = useNavigate();
  usePageFocus();
  const [sheetOpen, setSheetOpen] = useState(false);
  useKeys({
    '?': () => setSheetOpen(true),
    'g i': () => void navigate({ to: '/incidents' }),
    'g r': () => void navigate({ to: '/reboots' }),
    'g g': () => void navigate({ to: '/groups' }),
  });
  return (
    <>
      <a href="#content" className={styles.skip}>
        Skip to content
      </a>
      <header className={styles.bar}>
        <nav aria-label="Pages" className={styles.pages}>
          <Link to="/incidents" className={styles.brand}>
            <Mark /> <span className={styles.name}>oopstream</span>
          </Link>
          <Link to="/incidents" className={styles.page}>
            Incidents
          </Link>
          <Link to="/groups" className={styles.page}>
            Groups
          </Link>
          <Link to="/reboots" className={styles.page}>
            Reboots
          </Link>
        </nav>
        <SearchBox />
        <div className={styles.right}>
          <Button variant="subtle" color="gray" onClick={() => setSheetOpen(true)} aria-label="Keys">
            ?
          </Button>
          <ThemeToggle />
          <Who />
        </div>
      </header>
      <main id="content" tabIndex={-1} className={styles.content}>
        <Outlet />
      </main>
      <KeySheet opened={sheetOpen} onClose={() => setSheetOpen(false)} />
    </>
  );
}
