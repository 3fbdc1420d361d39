import asyncio

from common import ARGS, CHROME, for_each_url, keep
from pyppeteer import launch


async def main():
    browser = await launch(executablePath=CHROME, args=ARGS)

    async def scrape(url):
        page = await browser.newPage()
        await page.goto(url, waitUntil="load")
        keep(url, await page.content())
        await page.close()

    await for_each_url(scrape)
    await browser.close()


asyncio.run(main())
