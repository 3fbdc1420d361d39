import puppeteer from 'puppeteer-core';
import { args, chrome, finish, keep, urls, workers } from './common.mjs';

const browser = await puppeteer.launch({ executablePath: chrome, args });
const queue = urls.values();
const worker = async () => {
  const page = await browser.newPage();
  for (const url of queue) {
    await page.goto(url, { waitUntil: 'load' });
    keep(url, await page.content());
  }
  await page.close();
};
await Promise.all(Array.from({ length: workers }, worker));
await browser.close();
await finish();
