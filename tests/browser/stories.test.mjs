// The two stories of the house, as people live them: in a browser, with a real mail receiver.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaints, startBrowser, startHouse, startMailServer, until } from './support.mjs';

const post = await startMailServer();
const house = await startHouse(() => ['serve'], { SOUTIEN_SMTP_URL: post.url, SOUTIEN_MAIL_FROM: 'contact@asso.example' });
const browser = await startBrowser();
test.after(async () => {
  await browser.close();
  await house.stop();
  await post.stop();
});

const main = 'main';
/** Does something that leads to another page, and waits for that page. */
const going = (page, doing) => Promise.all([page.waitForNavigation({ waitUntil: 'load' }), doing()]);
const press = (page, name) => going(page, () => page.locator(main).getByRole('button', { name }).first().click());

async function fresh(locale = 'fr') {
  const context = await browser.newContext({ locale, acceptDownloads: true });
  const page = await context.newPage();
  page.loud = complaints(page);
  return page;
}

async function signedIn(email) {
  const page = await fresh();
  const { stdout } = await house.run(['user', 'link', email]);
  await page.goto(stdout.trim());
  await press(page, 'Se connecter');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  return page;
}

test('the first start prints a link; the wizard sets the association up', async () => {
  const link = await until(() => house.said().match(/http\S+\/set-up\/\S+/)?.[0], 20, 'the set-up link');
  const page = await fresh();
  await page.goto(link);
  const fill = (name, value) => page.fill(`[name="${name}"]`, value);
  await fill('name', 'Les Ateliers du Commun');
  await fill('rna', 'W691098765');
  await fill('street', '12 rue de l’Œillet');
  await fill('postal_code', '69007');
  await fill('city', 'Lyon');
  await fill('object', 'Proposer des services en ligne libres');
  await fill('signer_name', 'Noëlle Cœurdacier');
  await fill('signer_quality', 'Trésorière');
  await fill('contact', 'contact@asso.example');
  await page.locator('input[name="policy"][value="payment_day"]').check();
  await fill('admin_name', 'Dominique Lacroix');
  await fill('admin_email', 'admin@asso.example');
  await fill('admin_password', 'court');
  await page.locator('main button[type=submit]').last().click();
  // Refused with a sentence; what was typed is still there.
  await page.getByText('au moins 12 caractères').first().waitFor();
  assert.equal(await page.inputValue('[name="city"]'), 'Lyon');
  await fill('admin_password', 'une longue phrase de passe');
  await page.locator('main button[type=submit]').last().click();
  await page.waitForURL((url) => url.pathname.startsWith('/settings'));
  assert.deepEqual(page.loud.filter((text) => !/422/.test(text)), []);
  for (const [email, role] of [['lea@asso.example', 'agent'], ['noelle@asso.example', 'treasurer']]) {
    const added = await house.run(['user', 'add', email, '--name', `Personne ${role}`, '--role', role]);
    assert.equal(added.code, 0, added.stderr);
  }
});

test('a mail comes in, a person answers, it is closed', async () => {
  const mail = [
    'From: =?UTF-8?Q?Zo=C3=AB_d=27=C5=92?= <zoe@exemple.net>', 'To: contact@asso.example',
    'Subject: =?UTF-8?Q?Agenda_partag=C3=A9_en_panne?=', 'Message-ID: <un@exemple.net>',
    'Date: Mon, 02 Mar 2026 10:00:00 +0100', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', '',
    'Bonjour,', '', 'Depuis ce matin notre agenda est vide. Pouvez-vous nous aider ?', '', 'Zoë', '',
  ].join('\r\n');
  const received = await house.run(['mail', 'receive'], mail);
  assert.equal(received.code, 0, received.stderr);

  // She gets one honest acknowledgement, that says it is automatic, with a private link.
  const thanks = await post.mail((m, to) => to.includes('zoe@exemple.net'));
  assert.match(thanks.headers.get('auto-submitted') ?? '', /auto/);
  const own = thanks.text.match(/http\S+\/t\/\S+/)[0];

  // Léa takes the next, and cannot close what is owed.
  const desk = await signedIn('lea@asso.example');
  await desk.goto(`${house.url}/tickets`);
  await desk.getByText('Agenda partagé en panne').first().waitFor();
  await press(desk, 'Prendre');
  await desk.waitForURL(/\/tickets\/\d+/);
  const ticket = desk.url();
  await going(desk, () => desk.locator('form[action$="/closure"] button').click());
  await desk.locator('[data-flash], .flash, [role=alert], .notice--error').first().waitFor();
  assert.equal(await desk.locator('form[action$="/closure"]').count(), 1, 'it is still open');

  // She answers, and closes with it. It leaves after the time to take it back.
  await desk.fill('textarea[name="text"]', 'Bonjour Zoë,\n\nL’agenda est revenu : **rechargez la page**.\n\nLéa');
  await desk.locator('button[name="then"][value="close"]').click();
  await desk.locator('form.sent').waitFor();
  const answer = await post.mail((m, to) => to.includes('zoe@exemple.net') && /rechargez/.test(m.text ?? ''));
  assert.equal(answer.headers.get('auto-submitted'), undefined, 'a human reply never says it is automatic');
  assert.equal(answer.inReplyTo, '<un@exemple.net>');
  assert.match(answer.html, /<strong>rechargez la page<\/strong>/);
  await until(async () => {
    await desk.goto(ticket);
    return (await desk.locator('form[action$="/reopening"]').count()) > 0;
  }, 30, 'the closed ticket');

  // She reads it behind her link and answers there: the ticket opens again and is owed.
  const zoe = await fresh();
  await zoe.goto(own);
  await zoe.getByText('rechargez la page').first().waitFor();
  await zoe.locator('main textarea').first().fill('Merci ! Une dernière question : et sur téléphone ?');
  await going(zoe, () => zoe.locator('main button[type=submit], main button:not([type])').last().click());
  await desk.goto(`${house.url}/tickets`);
  await desk.getByText('et sur téléphone').first().waitFor();
  assert.deepEqual(desk.loud, []);
  assert.deepEqual(zoe.loud, []);
});

test('a payment file becomes gifts, receipts, a download and an export', async () => {
  const file = join(house.dir, 'paiements.csv');
  const head = 'Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Versé;' +
    'Date du versement;Nom payeur;Prénom payeur;Email payeur;Date de naissance;Raison sociale;SIREN;' +
    'Forme juridique;Campagne;Type de campagne;Type;Montant du tarif;Montant des options;Don supplémentaire;' +
    'Code Promo;Montant du code promo;Moyen de paiement;Attestation;Reçu fiscal;Numéro de reçu;Adresse payeur;' +
    'Code Postal payeur;Ville payeur;Pays payeur;Commentaire';
  const row = (order, payment, amount, date, last, first, mail) =>
    `${order};${payment};${amount};${date};Payé;Oui;05/01/2026;${last};${first};${mail};;;;;Soutien;` +
    `Formulaire de don;Don;${amount};;;;;Carte bancaire;;;;1 rue de l’Essai;69001;Lyon;FRA;`;
  writeFileSync(file, '\ufeff' + [head,
    row(701, 801, '12,00', '05/11/2025 08:02:11', 'CŒURDACIER', 'Aïcha', 'aicha@exemple.org'),
    row(702, 802, '30,50', '06/12/2025 19:30:00', 'CŒURDACIER', 'Aïcha', 'aicha@exemple.org'),
    row(703, 803, '40,00', '12/12/2025 23:58:40', 'O’Brien-Müller', '=cmd', 'obrien@exemple.org'),
  ].join('\r\n') + '\r\n');

  const desk = await signedIn('noelle@asso.example');
  await desk.goto(`${house.url}/imports`);
  await desk.setInputFiles('main input[type=file]', file);
  await desk.locator('main form[enctype] button[type=submit], main form[enctype] button:not([type])').first().click();
  await desk.waitForURL(/\/imports\/\d+/);
  await until(async () => {
    await desk.reload();
    return /82,50/.test((await desk.textContent('main')).replaceAll(/[\u00a0\u202f]/g, ' '));
  }, 30, 'the preview with its sum');
  await going(desk, () => desk.locator('form[action$="/taking"] button').click());

  // Receipts of the year: a look first, then issued.
  await desk.goto(`${house.url}/receipts/run?year=2025`);
  await desk.getByText('CŒURDACIER').first().waitFor();
  await press(desk, /Émettre/);

  // The mail with the paper attached arrives.
  const sent = await post.mail((m, to) => to.includes('aicha@exemple.org') && m.attachments.length > 0);
  assert.equal(sent.attachments[0].contentType, 'application/pdf');
  assert.match(sent.attachments[0].content.subarray(0, 5).toString(), /%PDF-/);

  // She asks for a link, comes in, downloads: the same bytes.
  const aicha = await fresh();
  await aicha.goto(`${house.url}/my`);
  await aicha.fill('main input[type=email]', 'AICHA@exemple.org');
  await going(aicha, () => aicha.locator('main button[type=submit], main button:not([type])').first().click());
  const letter = await post.mail((m, to) => to.includes('aicha@exemple.org') && /\/my\//.test(m.text ?? ''));
  await aicha.goto(letter.text.match(/http\S+\/my\/\S+/)[0]);
  await aicha.locator('main button[type=submit], main button:not([type])').first().click();
  await aicha.waitForURL((url) => url.pathname === '/my');
  await aicha.getByText('42,50').first().waitFor();
  const href = await aicha.locator('a[href$=".pdf"]').first().getAttribute('href');
  const paper = Buffer.from(await aicha.evaluate(async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())], href));
  assert.ok(paper.equals(sent.attachments[0].content), 'the same paper, byte for byte');
  const pdf = join(house.dir, 'paper.pdf');
  writeFileSync(pdf, paper);
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  assert.match(text, /quarante-deux euros et cinquante centimes/);
  assert.match(text, /11580\*05/);

  // The treasurer takes the gifts out; a name that looks like a formula is harmless.
  await desk.goto(`${house.url}/treasury`);
  const csv = await desk.evaluate(async () => {
    const answer = await fetch('/treasury/exports/gifts.csv');
    return [...new Uint8Array(await answer.arrayBuffer())];
  });
  const table = Buffer.from(csv).toString('utf8');
  assert.ok(table.startsWith('\ufeff'));
  assert.match(table, /;30,50;/);
  assert.match(table, /'=cmd/);
  assert.equal(table.trim().split('\r\n').length, 4);

  const checked = await house.run(['check', '--json']);
  assert.equal(checked.code, 0, checked.stdout);
  assert.deepEqual(desk.loud, []);
  assert.deepEqual(aicha.loud, []);
});
