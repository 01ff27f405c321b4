// The real program, a real mail receiver and a real browser, all on loopback.
import { spawn, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';

const root = new URL('../../', import.meta.url).pathname;
const program = process.env.SOUTIEN_BINARY ?? join(root, 'target/debug/soutien');
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A mail server that takes everything and keeps it, parsed. */
export async function startMailServer() {
  const mails = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      simpleParser(stream).then((mail) => {
        mails.push({ to: session.envelope.rcptTo.map((r) => r.address), mail });
        done();
      }, done);
    },
  });
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    /** Waits for a mail that `fits`. */
    async mail(fits, seconds = 40) {
      return until(() => mails.find((m) => fits(m.mail, m.to))?.mail, seconds, 'a mail');
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Asks until there is an answer. */
export async function until(ask, seconds, what) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Starts `soutien` with `args` in a folder of its own; `said` is what it printed. */
export async function startHouse(args, settings = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'soutien-browser-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = settings.SOUTIEN_DATA_DIR ?? join(dir, 'data');
  const env = {
    ...process.env,
    SOUTIEN_DATA_DIR: folder,
    SOUTIEN_LISTEN: `127.0.0.1:${port}`,
    SOUTIEN_PUBLIC_URL: url,
    SOUTIEN_LOG: 'warn',
    ...settings,
  };
  delete env.SOUTIEN_BINARY;
  const child = spawn(program, args({ dir, port }), { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`soutien ended:\n${said}`);
      return fetch(`${url}/readyz`).then((r) => r.ok, () => false);
    }, 240, 'the server');
  } catch (error) {
    child.kill();
    throw error;
  }
  return {
    url,
    dir,
    said: () => said,
    /** Runs a command of the program beside the server. */
    run: (words, input = '') =>
      new Promise((resolve) => {
        const command = execFile(program, words, { cwd: dir, env }, (error, stdout, stderr) =>
          resolve({ code: error ? error.code : 0, stdout, stderr }));
        command.stdin.end(input);
      }),
    async stop() {
      child.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Headless Chromium, without the calls home that a closed network refuses. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.SOUTIEN_BROWSER ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** What axe-core finds wrong on the page, in words. The page's policy forbids script tags: it is evaluated. */
export async function violations(page) {
  const { readFile } = await import('node:fs/promises');
  await page.evaluate(await readFile(axeFile, 'utf8'));
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')})`);
}

/** Collects what goes wrong in a page: script errors and files that the policy refused. */
export function complaints(page) {
  const found = [];
  page.on('pageerror', (error) => found.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && found.push(message.text()));
  return found;
}
