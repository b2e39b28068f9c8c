import { findUrlFault, guardedLookup, isAddressAllowed } from './address-policy';

const PUBLIC = ['93.184.216.34', '2606:2800:220:1::1'];
const PRIVATE = [
  '127.0.0.1',
  '::1',
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '100.64.0.1',
  'fd12::1',
  '::ffff:10.0.0.1',
];
const NEVER = [
  '169.254.169.254',
  '::ffff:169.254.169.254',
  'fe80::1',
  'fd00:ec2::254',
  '100.100.100.200',
  '168.63.129.16',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  'ff02::1',
  '255.255.255.255',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'not-an-address',
];

describe('isAddressAllowed', () => {
  it.each(PUBLIC)('lets webhooks go to the public address %s', (address) => {
    expect(isAddressAllowed(address, false)).toBe(true);
    expect(isAddressAllowed(address, true)).toBe(true);
  });
  it.each(PRIVATE)('lets webhooks go to %s only when private addresses are allowed', (address) => {
    expect(isAddressAllowed(address, false)).toBe(false);
    expect(isAddressAllowed(address, true)).toBe(true);
  });
  it.each(NEVER)('never lets webhooks go to %s', (address) => {
    expect(isAddressAllowed(address, false)).toBe(false);
    expect(isAddressAllowed(address, true)).toBe(false);
  });
});

describe('findUrlFault', () => {
  it.each([
    ['https://hooks.example.com/x?y=1', null],
    ['http://hooks.example.com:8080/', null],
    ['https://93.184.216.34/', null],
    ['http://127.0.0.1:3000/', 'address-forbidden'],
    ['http://2130706433/', 'address-forbidden'],
    ['http://0x7f.1/', 'address-forbidden'],
    ['http://[::1]/', 'address-forbidden'],
    ['http://[::ffff:127.0.0.1]/', 'address-forbidden'],
    ['https://user:password@hooks.example.com/', 'url-invalid'],
    ['ftp://hooks.example.com/', 'url-invalid'],
    ['file:///etc/passwd', 'url-invalid'],
    ['hooks.example.com', 'url-invalid'],
    ['', 'url-invalid'],
  ])('%s: %s', (url, fault) => {
    expect(findUrlFault(url, false)).toBe(fault);
  });
});

describe('guardedLookup', () => {
  const look = (name: string, allowPrivate: boolean, all: boolean) =>
    new Promise<unknown>((resolve) =>
      guardedLookup(allowPrivate)(name, { all }, (error, ...found) => resolve(error ?? found)),
    );

  it('refuses a name that leads to a private address', async () => {
    expect(await look('localhost', false, true)).toMatchObject({ code: 'OOPSTREAM_ADDRESS_FORBIDDEN' });
    expect(await look('localhost', false, false)).toMatchObject({ code: 'OOPSTREAM_ADDRESS_FORBIDDEN' });
  });

  it('gives the addresses it has checked, in both forms that sockets ask for', async () => {
    expect(await look('127.0.0.1', true, true)).toEqual([[{ address: '127.0.0.1', family: 4 }]]);
    expect(await look('127.0.0.1', true, false)).toEqual(['127.0.0.1', 4]);
  });

  it('hands a lookup failure on', async () => {
    expect(await look('no-such-host.invalid', true, true)).toHaveProperty('code');
  });
});
