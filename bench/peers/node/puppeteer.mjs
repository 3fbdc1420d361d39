import puppeteer from 'puppeteer-core';
import { args, chrome, finish, forEachUrl, keep } from './common.mjs';

const browser = await puppeteer.launch({ executablePath: chrome, args });
await forEachUrl(async (url) => {
  const page = await browser.newPage();
  await page.goto(url, { waitUntil: 'load' });
  keep(url, await page.content());
  await page.close();
});
await browser.close();
await finish();
