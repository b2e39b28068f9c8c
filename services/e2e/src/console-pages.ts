import type { Page } from 'playwright-core';

/** Takes the page as it stands in every look, under a name. */
export type TakeLook = (name: string) => Promise<void>;

/** On an incident's page: its history, and the forms of what a person may do, each opened by key and left undone. */
export async function walkActs(page: Page, take: TakeLook): Promise<void> {
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('incident.opened').waitFor();
  await take('history');
  await page.getByRole('tab', { name: 'Crashes' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Merge into…' }).waitFor();
  await take('acts');
  await page.getByRole('menuitem', { name: 'Merge into…' }).click();
  await take('merge');
  await leaveDialog(page);
  for (const [key, name] of [
    ['m', 'Mute'],
    ['a', 'Assign'],
    ['e', 'Resolve'],
  ] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog', { name: new RegExp(`^${name} `) }).waitFor();
    await take(name.toLowerCase());
    await leaveDialog(page);
  }
}

async function leaveDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/**
 * On a crash's page: why it is where it is, then its host, reboots and groups.
 *
 * @returns the panel's words
 */
export async function walkProof(page: Page, take: TakeLook): Promise<string> {
  const why = page.getByRole('region', { name: 'Why is it here?' });
  await why.getByRole('list').first().waitFor();
  const words = await why.innerText();
  await page.getByRole('link', { name: 'why here?' }).click();
  await take('why-here');
  const back = page.url();

  await page.getByLabel('Facts').getByRole('link').first().click();
  await page.getByRole('table', { name: 'Crashes of this host by incident' }).waitFor();
  await take('host');
  await page.getByRole('link', { name: 'Reboots' }).click();
  await page.getByRole('heading', { level: 1, name: 'Dirty reboots' }).waitFor();
  await page.getByText('No such reboot.').waitFor();
  await take('reboots');
  await page.getByRole('link', { name: 'Groups' }).click();
  await page.getByText('No incidents of 30 days belong together.').waitFor();
  await take('groups');

  await page.goto(back);
  await page.getByRole('table', { name: /^Stack/ }).waitFor();
  return words;
}
