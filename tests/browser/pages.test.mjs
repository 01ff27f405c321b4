// Every page that a person can reach by links, for each role and for nobody: it opens, its scripts keep quiet, axe-core
// finds no violation at phone and desktop width, nothing runs out sideways, in French and English, light and dark.
import test from 'node:test';
import assert from 'node:assert/strict';
import { complaints, startBrowser, startHouse, violations } from './support.mjs';

const house = await startHouse(({ dir, port }) => ['demo', '--dir', `${dir}/data`, '--listen', `127.0.0.1:${port}`]);
const browser = await startBrowser();
test.after(async () => {
  await browser.close();
  await house.stop();
});

/** The same for every ticket, donor or receipt: one of each kind is looked at. */
const shape = (path) =>
  path.replace(/\?.*$/, (query) => (/(before|after|page)=/.test(query) ? '?cursor' : query.replace(/=[^&]*/g, '=…')))
    .replace(/\/(\d+|[A-Z]{2}-\d{4}-\d+)(?=\/|$|\?|\.)/g, '/…')
    .replace(/\/t\/[^/?]+/, '/t/…');

const links = (page) =>
  page.$$eval('a[href]', (all) => all.map((a) => a.href).filter((h) => h.startsWith(location.origin)));

/** Walks from `start` along links; each kind of page once, at most `most`. */
async function walk(page, start, look, most = 70) {
  const waiting = [...start];
  const seen = new Set(start.map(shape));
  let looked = 0;
  const wrong = [];
  while (waiting.length > 0 && looked < most) {
    const path = waiting.shift();
    const answer = await page.goto(house.url + path).catch((error) => {
      if (/Download is starting|net::ERR_ABORTED/.test(String(error))) return null; // a file, not a page
      throw error;
    });
    if (answer === null) continue;
    if (answer.status() !== 200) {
      wrong.push(`${path}: ${answer.status()}`);
      continue;
    }
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    looked += 1;
    wrong.push(...(await look(page, path)).map((text) => `${path}: ${text}`));
    for (const link of await links(page)) {
      const next = link.slice(house.url.length).replace(/#.*$/, '') || '/';
      if (!seen.has(shape(next))) {
        seen.add(shape(next));
        waiting.push(next);
      }
    }
  }
  return { wrong, looked };
}

async function look(page) {
  const wrong = [];
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    wrong.push(...(await violations(page)).map((v) => `at ${width} px: ${v}`));
  }
  await page.setViewportSize({ width: 320, height: 800 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 1) wrong.push(`runs ${over} px out of 320 px`);
  return wrong;
}

async function person(role, { dark = false, locale = 'fr' } = {}) {
  const context = await browser.newContext({ colorScheme: dark ? 'dark' : 'light', locale });
  const page = await context.newPage();
  if (role) {
    const link = (await house.run(['user', 'link', `${role}@demo.example`], '')).stdout.trim();
    assert.match(link, /^http/, 'a sign-in link');
    await page.goto(link);
    await page.click('main button[type=submit], main button:not([type])');
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  }
  return { context, page };
}

for (const [role, start, looks] of [
  [null, ['/', '/contact', '/my', '/sign-in'], { locale: 'fr' }],
  [null, ['/', '/contact', '/my', '/sign-in'], { locale: 'en', dark: true }],
  ['agent', ['/tickets', '/account'], {}],
  ['treasurer', ['/gifts', '/account'], {}],
  ['admin', ['/tickets', '/settings', '/audit', '/account'], { dark: true }],
  ['auditor', ['/tickets', '/audit', '/account'], {}],
]) {
  const who = `${role ?? 'nobody'}, ${looks.dark ? 'dark' : 'light'}, ${looks.locale ?? 'fr'}`;
  test(`every page opens and is accessible: ${who}`, async () => {
    const { context, page } = await person(role, looks);
    const loud = complaints(page);
    const { wrong, looked } = await walk(page, start, look);
    assert.deepEqual(wrong, []);
    assert.deepEqual(loud, []);
    assert.ok(looked >= (role ? 5 : 4), `only ${looked} pages were reached`);
    await context.close();
  });
}

test('every page of the administrator is accessible in English', async () => {
  const { context, page } = await person('admin');
  await page.goto(`${house.url}/account`);
  await Promise.all([
    page.waitForEvent('framenavigated'),
    page.evaluate(() => document.querySelector('form[action="/lang/en"]').submit()),
  ]);
  await page.waitForSelector('html[lang=en]');
  const { wrong, looked } = await walk(page, ['/tickets', '/settings', '/audit', '/account'], async (p) => {
    const lang = await p.getAttribute('html', 'lang');
    return [...(lang === 'en' ? [] : [`lang is ${lang}`]), ...(await look(p))];
  });
  assert.deepEqual(wrong, []);
  assert.ok(looked > 8);
  await context.close();
});

test('a page that is not there is a page in the same voice', async () => {
  const { context, page } = await person(null);
  const answer = await page.goto(`${house.url}/nothing-here`);
  assert.equal(answer.status(), 404);
  assert.deepEqual(await violations(page), []);
  await context.close();
});
