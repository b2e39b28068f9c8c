import { hostContextSchema } from '@oopstream/contracts';
import { Host, startServer } from './agent-bench';
import type { Server } from './agent-bench';

const PSTORE = 'sys/fs/pstore';
const BOOT_1 = 'aaaaaaaa-0000-4000-8000-000000000001';
const BOOT_2 = 'bbbbbbbb-0000-4000-8000-000000000002';

// Many short programs a test: slow on a busy machine.
jest.setTimeout(60_000);

describe.each(['/bin/dash', '/bin/bash'])('oopstream-send and pstore under %s', (shell) => {
  let server: Server;
  let host: Host;
  beforeEach(async () => {
    server = await startServer();
    host = new Host(shell);
    host.configure(server.url);
  });
  afterEach(async () => {
    await server.close();
    host.remove();
  });
  const send = () => host.run('oopstream-send');
  const texts = () => server.posted.map(({ text }) => text.toString());

  /** Twelve parts of one dump, the newest lines in Part1, as EFI keeps them. */
  function writeEfi(dir: string, second: number): string {
    for (let part = 1; part <= 12; part += 1) {
      const name = `dmesg-efi_pstore-${second}${String(part).padStart(2, '0')}001`;
      host.write(`${dir}/${name}`, `Panic#2 Part${part}\n<6>[ ${13 - part}.000000] line ${13 - part}\n`);
    }
    return Array.from({ length: 12 }, (_, n) => `<6>[ ${n + 1}.000000] line ${n + 1}\n`).join('');
  }

  it('puts the parts of a dump together, oldest lines first, and sends them once', async () => {
    const whole = writeEfi(PSTORE, 1_795_400_000);
    await send();
    await send();
    expect(texts()).toEqual([whole]);
    const context = hostContextSchema.parse(server.posted[0]!.context);
    expect(context).toMatchObject({
      source: 'pstore',
      occurredAt: new Date(1_795_400_000_000).toISOString().replace('.000', ''),
    });
  });

  it('sends a dump once although systemd moved it in the meantime', async () => {
    writeEfi(PSTORE, 1_795_400_000);
    await send();
    writeEfi('var/lib/systemd/pstore/17954000/001', 1_795_400_000);
    await send();
    expect(texts()).toHaveLength(1);
  });

  it('tells dumps apart: an oops and a panic, or two boots with the same names', async () => {
    host.write(`${PSTORE}/dmesg-ramoops-0`, 'Oops#1 Part1\nfirst\n');
    host.write(`${PSTORE}/dmesg-ramoops-1`, 'Panic#2 Part1\nsecond\n');
    host.write(`${PSTORE}/dmesg-ramoops-2`, 'Panic#2 Part1\nthird\n');
    host.write(`${PSTORE}/console-ramoops-0`, 'no dump');
    host.write(`${PSTORE}/dmesg-efi-1795400000.enc.z`, 'not unpacked');
    await send();
    expect(texts().toSorted()).toEqual(['first\n', 'second\n', 'third\n']);
    host.write(`${PSTORE}/dmesg-ramoops-0`, 'Panic#1 Part1\nanother crash, same name\n');
    await send();
    expect(texts()).toHaveLength(4);
  });

  it('takes the text that systemd put together where the parts are gone', async () => {
    host.write('var/lib/systemd/pstore/17954000/dmesg.txt', 'together\n');
    await send();
    expect(texts()).toEqual(['together\n']);
  });

  it('gives a dump without a time of its own to the boot before this one', async () => {
    host.bootInto(BOOT_1, 36_000);
    await host.run('oopstream-send', ['record-boot']);
    host.bootInto(BOOT_2, 100);
    host.write(`${PSTORE}/dmesg-ramoops-0`, 'Panic#1 Part1\ntext\n');
    await send();
    expect(hostContextSchema.parse(server.posted[0]!.context).bootId).toBe(BOOT_1);
  });
});
