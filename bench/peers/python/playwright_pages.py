import asyncio

from common import ARGS, CHROME, for_each_url, keep
from playwright.async_api import async_playwright


async def main():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROME, args=ARGS)
        context = await browser.new_context()

        async def scrape(url):
            page = await context.new_page()
            await page.goto(url, wait_until="load")
            keep(url, await page.content())
            await page.close()

        await for_each_url(scrape)
        await browser.close()


asyncio.run(main())
