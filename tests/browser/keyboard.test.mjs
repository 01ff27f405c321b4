// By the keyboard alone: a reply, a search, a gift; and on each page Tab goes everywhere, shows where it is, and leaves.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startBrowser, startHouse } from './support.mjs';

const house = await startHouse(({ dir, port }) => ['demo', '--dir', `${dir}/data`, '--listen', `127.0.0.1:${port}`]);
const browser = await startBrowser();
test.after(async () => {
  await browser.close();
  await house.stop();
});

async function signedIn(role, viewport = { width: 1280, height: 900 }) {
  const page = await (await browser.newContext({ locale: 'fr', viewport })).newPage();
  await page.goto((await house.run(['user', 'link', `${role}@demo.example`])).stdout.trim());
  await tabTo(page, /Se connecter/);
  await entering(page);
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  return page;
}

/** What has the focus, in words. */
const focused = (page) => page.evaluate(() => {
  const node = document.activeElement;
  if (!node || node === document.body) return '';
  return node.labels?.[0]?.textContent.trim() || node.getAttribute('aria-label') || node.textContent.trim() || node.name || node.tagName;
});

/** Presses Tab until something that says `words` has the focus. */
async function tabTo(page, words, most = 150) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press('Tab');
    if (words.test(await focused(page))) return;
  }
  assert.fail(`Tab never reached ${words}`);
}

const entering = (page, key = 'Enter') =>
  Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press(key)]);

test('a reply is sent, and taken back, without a mouse', async () => {
  const page = await signedIn('agent');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  const first = await page.locator('[data-row] a').first().getAttribute('href');
  await entering(page, 'o');
  assert.equal(new URL(page.url()).pathname, first);
  await page.keyboard.press('r');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('Voici comment faire, pas à pas : ouvrez les réglages, puis la page « Partage ».');
  await tabTo(page, /^Envoyer à/, 5);
  await entering(page);
  await tabTo(page, /reprendre/i);
  await entering(page);
  assert.match(await page.locator('main').innerText(), /Reprise|repris/i);
  await page.goto(`${house.url}/tickets`);
  await entering(page, 'n');
  assert.match(page.url(), /\/tickets\/\d+$/);
  await page.context().close();
});

test('a person is found and a gift recorded without a mouse', async () => {
  const page = await signedIn('treasurer');
  await page.keyboard.press('/');
  await page.keyboard.type('anais abadie');
  await entering(page);
  await tabTo(page, /^Anaïs Abadie$/);
  await entering(page);
  await tabTo(page, /Saisir un don/);
  await entering(page);
  await tabTo(page, /^Montant donné/);
  await page.keyboard.type('42,50');
  await tabTo(page, /Mode de versement|Moyen/);
  await page.keyboard.type('Ch'); // the cheque
  await tabTo(page, /^Jour de réception/);
  await page.keyboard.type('02/11/2026');
  await tabTo(page, /^(Enregistrer|Saisir|Écrire)/);
  await entering(page);
  assert.match(await page.locator('main').innerText(), /42,50/);
  assert.match(page.url(), /\/(gifts|donors)\/\d+/);
  await page.context().close();
});

test('help opens and closes by keys', async () => {
  const page = await signedIn('agent');
  await page.keyboard.press('?');
  assert.ok(await page.locator('details[data-key="?"]').evaluate((node) => node.open));
  await page.keyboard.press('Escape');
  assert.ok(!(await page.locator('details[data-key="?"]').evaluate((node) => node.open)));
  await page.context().close();
});

/** Walks a page with Tab; gives what goes wrong. */
async function walk(page, path) {
  await page.goto(house.url + path);
  const wrong = [];
  let stops = 0;
  for (; stops < 400; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const node = document.activeElement;
      if (!node || node === document.body) return null;
      const look = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      const shown = (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== 'none';
      return { name: (node.textContent || node.name || node.tagName).trim().slice(0, 40), shown, seen: box.width > 0 && box.height > 0 };
    });
    if (stop === null) break; // past the end, at the browser's own bar
    if (!stop.shown) wrong.push(`${path}: nothing shows that « ${stop.name} » has the focus`);
    if (!stop.seen) wrong.push(`${path}: « ${stop.name} » has the focus and cannot be seen`);
  }
  if (stops === 400) wrong.push(`${path}: Tab never leaves`);
  if (stops < 3) wrong.push(`${path}: Tab reaches only ${stops} things`);
  return wrong;
}

test('Tab goes through each page, shows where it is, and leaves', async () => {
  const page = await signedIn('admin');
  const ticket = await page.locator('[data-row] a').first().getAttribute('href');
  const wrong = [];
  for (const path of ['/tickets', ticket, '/tickets/mail', '/donors/new', '/gifts/new', '/imports', '/receipts/run',
    '/treasury', '/settings', '/settings/members', '/audit', '/account', '/contact', '/my', '/']) {
    wrong.push(...(await walk(page, path)));
  }
  assert.deepEqual(wrong, []);
  await page.context().close();
});
