import { hostname } from 'node:os';
import { createdWebhookSchema, webhookEndpointListSchema } from '@oopstream/contracts';
import type { WebhookEndpointView } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { describeProblem, expectAnswer, getJson, request } from './http-client';

export function registerWebhooks(program: Command, io: CliIo): void {
  const webhooks = program
    .command('webhooks')
    .description('who is told of incidents')
    .action(() => {
      webhooks.help({ error: true });
    });
  registerAdd(webhooks, io);
  registerList(webhooks, io);
  registerRemove(webhooks, io);
}

function registerAdd(webhooks: Command, io: CliIo): void {
  const command = webhooks
    .command('add')
    .description(
      'tell a URL of new and recurring incidents; prints the secret that verifies signatures, this once',
    )
    .argument('<receiver>', 'http or https URL')
    .option('--label <label>', 'whose it is, for people', hostname())
    .addHelpText(
      'after',
      '\nExample:\n  $ oopstream webhooks add https://hooks.example.com/oops --label pager',
    );
  connectionOptions(command, 'admin').action(
    async (receiver: string, options: ConnectionOptions & { readonly label: string }) => {
      const answer = await request(findTarget(options, 'admin', io), 'POST', '/v1/webhooks', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url: receiver, label: options.label }),
      });
      const { endpoint, secret } = expectAnswer(answer, 201, createdWebhookSchema);
      io.stdout.write(`${endpoint.id}  ${endpoint.url}\nsecret  ${secret}\n`);
    },
  );
}

function registerList(webhooks: Command, io: CliIo): void {
  const command = webhooks
    .command('list')
    .description('list the endpoints')
    .addHelpText('after', '\nExample:\n  $ oopstream webhooks list');
  connectionOptions(command, 'admin').action(async (options: ConnectionOptions) => {
    const target = findTarget(options, 'admin', io);
    const { items } = await getJson(target, '/v1/webhooks', webhookEndpointListSchema);
    io.stdout.write(items.length === 0 ? 'no endpoints\n' : items.map(line).join(''));
  });
}

function line({ id, label, url, enabled, disabledReason }: WebhookEndpointView): string {
  return `${id}  ${enabled ? 'on' : `off (${disabledReason ?? 'unknown'})`}  ${label}  ${url}\n`;
}

function registerRemove(webhooks: Command, io: CliIo): void {
  const command = webhooks
    .command('remove')
    .description('stop telling an endpoint; what it still had to get is cancelled')
    .argument('<id>', 'from `webhooks list`')
    .addHelpText('after', '\nExample:\n  $ oopstream webhooks remove 0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44');
  connectionOptions(command, 'admin').action(async (id: string, options: ConnectionOptions) => {
    const target = findTarget(options, 'admin', io);
    const answer = await request(target, 'DELETE', `/v1/webhooks/${encodeURIComponent(id)}`);
    if (answer.status !== 204) throw new CliError(describeProblem(answer));
  });
}
