import { chromium } from 'playwright-core';
import { args, chrome, finish, forEachUrl, keep } from './common.mjs';

const browser = await chromium.launch({ executablePath: chrome, args });
const context = await browser.newContext();
await forEachUrl(async (url) => {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load' });
  keep(url, await page.content());
  await page.close();
});
await browser.close();
await finish();
