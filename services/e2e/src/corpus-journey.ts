import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from './api-client';
import { ROOT_DIR } from './root-dir';

const CASES = join(ROOT_DIR, 'libs/core/transcript/cases/kdump');

/** Every text of the kdump corpus by report, as agents would send them: the texts of one crash in one POST. */
export function corpusReports(): { readonly report: string; readonly texts: ReadonlyMap<string, Buffer> }[] {
  const reports = new Map<string, Map<string, Buffer>>();
  for (const slug of readdirSync(CASES).sort()) {
    const file = join(CASES, slug, 'transcript.txt');
    if (!existsSync(file)) continue;
    const report = slug.replace(/[-.](dmesg|crash-bt|crash-session|note)$/, '');
    const texts = reports.get(report) ?? new Map<string, Buffer>();
    reports.set(report, texts.set(slug, readFileSync(file)));
  }
  return [...reports].map(([report, texts]) => ({ report, texts }));
}

/** Sends the whole corpus, a host for each report; each report is one crash, and the ledger balances. */
export function corpusJourney(client: () => ApiClient): void {
  it('takes every report of the kdump corpus, each as one crash, with a ledger that balances', async () => {
    const before = await client().ledger();
    const crashesBefore = (await client().incidents('?status=all&limit=200')).reduce(
      (sum, one) => sum + one.crashes,
      0,
    );
    const reports = corpusReports();
    expect(reports.length).toBeGreaterThanOrEqual(92);
    let texts = 0;
    for (const { report, texts: files } of reports) {
      const form = new FormData();
      form.append('context', new Blob([JSON.stringify({ host: report })], { type: 'application/json' }));
      for (const [name, bytes] of files)
        form.append('transcript', new Blob([new Uint8Array(bytes)], { type: 'text/plain' }), name);
      const response = await client().post(form);
      expect([report, response.status]).toEqual([report, 202]);
      texts += files.size;
    }
    const ledger = await client().atRest(before.received + texts);
    expect(ledger.transcripts.read - before.transcripts.read).toBe(texts);
    expect(ledger.transcripts.rejected).toBe(before.transcripts.rejected);
    const incidents = await client().incidents('?status=all&limit=200');
    // A report may hold a second, independent crash; none may be lost, and copies of one crash may not count twice.
    const crashes = incidents.reduce((sum, one) => sum + one.crashes, 0) - crashesBefore;
    expect(crashes).toBeGreaterThanOrEqual(reports.length);
    expect(ledger.readings.grouped + ledger.readings.held).toBe(crashes + crashesBefore);
  });
}
