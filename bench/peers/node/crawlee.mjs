import { Configuration, PlaywrightCrawler, log } from 'crawlee';
import { chromium } from 'playwright-core';
import { args, chrome, finish, keep, urls, workers } from './common.mjs';

log.setLevel(log.LEVELS.ERROR);
const crawler = new PlaywrightCrawler(
  {
    launchContext: { launcher: chromium, launchOptions: { executablePath: chrome, args } },
    minConcurrency: workers,
    maxConcurrency: workers,
    maxRequestRetries: 0,
    requestHandler: async ({ request, page }) => keep(request.url, await page.content()),
  },
  new Configuration({ persistStorage: false }),
);
await crawler.run(urls);
await finish();
