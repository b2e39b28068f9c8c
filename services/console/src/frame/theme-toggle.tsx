import { Button, useMantineColorScheme } from '@mantine/core';
import { Icon } from '../icon/icon';

const NEXT = { auto: 'dark', dark: 'light', light: 'auto' } as const;

/** System, dark, light: says which one holds. */
export function ThemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Button
      variant="subtle"
      color="gray"
      onClick={() => setColorScheme(NEXT[colorScheme])}
      title={`Theme: ${colorScheme}. Next: ${NEXT[colorScheme]}`}
    >
      <Icon name={colorScheme} />
      <span className="sr-only">Theme: {colorScheme}</span>
    </Button>
  );
}
