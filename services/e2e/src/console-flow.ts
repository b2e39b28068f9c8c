import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright-core';
import { walkActs, walkProof } from './console-pages';

const CHROMIUM = '/usr/bin/chromium';
const STEP_TIMEOUT_MS = 20_000;

export interface ConsoleFlowOptions {
  /** Where the API serves the console, without a slash at the end. */
  readonly url: string;
  /** With scopes read, raw and admin. */
  readonly token: string;
  /** Signature of an incident that is open, with at least one crash. */
  readonly expectTitle: string;
  /** What a claim of its story begins with: it is opened, and what lights up is told. */
  readonly expectClaim: string;
  /** Where screenshots go; created when missing. */
  readonly screenshotDir: string;
}

export interface ConsoleFlowResult {
  /** Errors and warnings of the browser's console, uncaught exceptions and answers of status 400 and above. */
  readonly complaints: readonly string[];
  /** What axe found, one line each: page, rule, element. */
  readonly violations: readonly string[];
  /** `OOPS-42` */
  readonly incidentNumber: string;
  readonly crashId: string;
  /** Class of the verdict as the crash's page says it. */
  readonly verdict: string;
  /** What the page says of why the crash is in its incident. */
  readonly why: string;
  /** Texts in the transcript that lit up for the claim. */
  readonly litTexts: readonly string[];
  /** The same after the address of the claim was opened anew. */
  readonly linkedTexts: readonly string[];
  /** Lines of the raw transcript that the page shows as what was read. */
  readonly readLines: readonly string[];
  /** Files, in the order taken. */
  readonly screenshots: readonly string[];
}

/**
 * Walks as a person would: signs in by link, list → incident → crash → a claim and the bytes that show it, in a real
 * Chromium, each page in dark, light and on a small screen. Never throws for what it finds wrong on a page: it tells; throws when a step
 * cannot be made within 20 s.
 */
export async function walkConsole(options: ConsoleFlowOptions): Promise<ConsoleFlowResult> {
  await mkdir(options.screenshotDir, { recursive: true });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    return await walk(browser, options);
  } finally {
    await browser.close();
  }
}

async function walk(browser: Browser, options: ConsoleFlowOptions): Promise<ConsoleFlowResult> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  const complaints = collectComplaints(page);
  const look = createLook(page, options.screenshotDir);

  await page.goto(`${options.url}/incidents#token=${encodeURIComponent(options.token)}`);
  const row = page.getByRole('link', { name: options.expectTitle }).first();
  await row.waitFor();
  if (page.url().includes('token')) complaints.push(`the token stayed in the address ${page.url()}`);
  await look.take('incidents');

  await row.click();
  await page.getByRole('heading', { level: 1, name: options.expectTitle }).waitFor();
  const incidentNumber = lastSegment(page.url());
  const crash = page.getByRole('table', { name: 'Crashes' }).getByRole('link').first();
  await crash.waitFor();
  await look.take('incident');
  await walkActs(page, look.take);

  await crash.click();
  await page.waitForURL(/\/crashes\//);
  await page.getByRole('table', { name: /^Stack/ }).waitFor();
  const crashId = lastSegment(page.url());
  const story = page.getByRole('region', { name: 'Verdict' });
  const verdict = await story.getByRole('link').first().innerText();
  await page.locator('[data-span]').first().waitFor();
  const readLines = await page.locator('[data-span] > span:last-child').allInnerTexts();
  await look.take('crash');
  const why = await walkProof(page, look.take);

  await page.getByRole('button', { name: options.expectClaim }).first().click();
  const litTexts = await readLit(page);
  await look.take('claim');
  // The link of the claim, as a colleague opens it.
  await page.reload();
  const linkedTexts = await readLit(page);

  await page.keyboard.press('r');
  await page.getByRole('region', { name: 'Lines' }).waitFor({ state: 'detached' });

  const walked = { incidentNumber, crashId, verdict, why, litTexts, linkedTexts, readLines };
  return { complaints, ...look.found(), ...walked };
}

async function readLit(page: Page): Promise<string[]> {
  await page.locator('[data-lit="current"]').first().waitFor();
  return page.locator('[data-lit]').allInnerTexts();
}

function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  return complaints;
}

const LOOKS = [
  { name: 'dark', width: 1280, height: 720, colorScheme: 'dark' },
  { name: 'light', width: 1280, height: 720, colorScheme: 'light' },
  { name: 'small', width: 390, height: 844, colorScheme: 'dark' },
] as const;

/** Takes a page in every look: a screenshot, axe's word, and whether anything sticks out to the right. */
function createLook(page: Page, dir: string) {
  const violations: string[] = [];
  const screenshots: string[] = [];
  const take = async (name: string): Promise<void> => {
    for (const { name: look, width, height, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      const file = path.join(dir, `${name}-${look}.png`);
      await page.screenshot({ path: file });
      screenshots.push(file);
      const { violations: found } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of found) {
        violations.push(`${name} ${look}: ${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
      }
      const beyond = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (Number(beyond) > 0) violations.push(`${name} ${look}: ${String(beyond)} px wider than the screen`);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.emulateMedia({ colorScheme: 'dark' });
  };
  return { take, found: () => ({ violations, screenshots }) };
}

const lastSegment = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';
