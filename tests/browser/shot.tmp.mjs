import { chromium } from 'playwright-core';
const [link, ...paths] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const phone = process.env.PHONE, dark = process.env.DARK;
const c = await b.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1200, height: 900 }, colorScheme: dark ? 'dark' : 'light', storageState: process.env.STATE_IN });
const p = await c.newPage();
if (link !== '-') { await p.goto(link); await p.click('main form button'); await p.waitForLoadState(); }
await c.storageState({ path: '/tmp/state.json' });
let n = 0;
for (const path of paths) { await p.goto('http://127.0.0.1:8123' + path); await p.screenshot({ path: `/tmp/shot${process.env.TAG || ''}${n++}.png`, fullPage: true }); }
await b.close();
