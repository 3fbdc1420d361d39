// compare.mjs CDP-SCRAPE TEST-SITE CHROMIUM
//
// Serves the test site, reads its pages with cdp-scrape one after the other (-c 1), with cdp-scrape eight at
// a time (-c 8) and with puppeteer-core, and compares the HTML of the three byte by byte: pages that are done
// with their load event under --wait load, all others under --wait networkidle and with --wait auto. Lone
// surrogates count as U+FFFD, as in every UTF-8 text. Exit status 0: all equal.

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import puppeteer from 'puppeteer-core';

const PAGES = Number(process.env.CDP_SCRAPE_PEER_PAGES ?? 200);
const PAGES_AT_ONCE = 4;

// Pages whose HTML is the same whenever it is read after load. Not /overrides: what that page breaks,
// puppeteer's page.content() runs into.
const BEHAVIOURS = [
  '/', '/static', '/static?title=%26%3C%3E', '/slow?ms=50', '/empty', '/gzip', '/shadow', '/surrogates',
  '/charset/shift_jis', '/charset/gb18030', '/charset/utf-16le', '/charset/windows-1252',
  '/charset/broken-utf8', '/xhtml', '/xhtml?broken', '/svg', '/text', '/json', '/image', '/status/404',
  '/status/500', '/status/404?empty', '/frameset', '/iframe?depth=2', '/iframe?depth=2&cross', '/csp',
  '/redirect?n=3', '/push-state', '/big?mb=3', '/big-cjk?mb=3',
];

// Pages that go on after load, and come to rest. Not /b/fetch-chain: it never reads its answers, so puppeteer's
// network is never idle; and not /b/named, whose elements hide what puppeteer's page.content() needs.
const LATE = [
  '/late-xhr?ms=300', '/late-xhr?ms=800', '/late-xhr?ms=300&timer', '/raf', '/lazy', '/meta-refresh', '/js-redirect',
  '/b/timer-chain', '/b/promise', '/b/idle-callback', '/b/dynamic-script', '/b/module',
  '/b/document-open', '/b/debugger', '/b/meta-far', '/b/redirect-late', '/b/hash', '/b/form', '/b/frames-many',
  '/b/comments', '/b/quirks', '/b/focus', '/b/worker', '/b/deep', '/b/image', '/b/shadow-nested',
  '/b/controls', '/b/scroller', '/b/frame-removed',
];

// The settings of the caller must not change what is compared.
function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CDP_SCRAPE_')));
}

async function startSite(program) {
  const child = spawn(program, [], {stdio: ['pipe', 'pipe', 'inherit']});
  for await (const line of createInterface({input: child.stdout})) {
    return {url: line, stop: () => child.stdin.end()};
  }
  throw new Error(`${program} did not start`);
}

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function readWithCdpScrape(program, chrome, urls, wait, concurrency) {
  const options = ['--chrome', chrome, '--wait', wait, '-c', String(concurrency), '-f', 'jsonl', '--quiet', '-i', '-'];
  const child = spawn(program, options, {stdio: ['pipe', 'pipe', 'inherit'], env: plainEnvironment()});
  child.stdin.end(urls.join('\n') + '\n');
  const ended = once(child, 'exit');
  const lines = (await readAll(child.stdout)).split('\n').filter(line => line !== '');
  const [code] = await ended;
  const records = lines.map(line => JSON.parse(line));
  const failed = records.find(record => record.outcome !== 'ok');
  if (failed) throw new Error(`cdp-scrape: ${failed.url}: ${failed.error.code}: ${failed.error.detail}`);
  if (code !== 0 || records.length !== urls.length) {
    throw new Error(`cdp-scrape: exit status ${code}, ${records.length} records for ${urls.length} URLs`);
  }
  records.forEach((record, index) => {
    if (record.url !== urls[index]) throw new Error(`cdp-scrape: record ${index} is of ${record.url}`);
  });
  return records.map(record => Buffer.from(record.html, 'utf8'));
}

async function readPageWithPuppeteer(browser, url, waitUntil) {
  const page = await browser.newPage();
  try {
    await page.goto(url, {waitUntil});
    return Buffer.from(await page.content(), 'utf8');
  } catch (error) {
    throw new Error(`puppeteer-core: ${url}: ${error.message}`);
  } finally {
    await page.close();
  }
}

async function readWithPuppeteer(chrome, urls, waitUntil) {
  // Chromium's sandbox refuses root, and puppeteer cannot start it as somebody else.
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  const browser = await puppeteer.launch({executablePath: chrome, headless: 'shell', args});
  try {
    const htmls = [];
    let next = 0;
    const work = async () => {
      for (let index = next++; index < urls.length; index = next++) {
        htmls[index] = await readPageWithPuppeteer(browser, urls[index], waitUntil);
      }
    };
    await Promise.all(Array.from({length: PAGES_AT_ONCE}, work));
    return htmls;
  } finally {
    await browser.close();
  }
}

async function timed(name, reading, count) {
  const start = process.hrtime.bigint();
  const htmls = await reading();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(`${name}: ${count} pages in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} pages/s`);
  return {name, htmls};
}

// Where two texts part, with a little of both.
function describeDifference(ours, theirs) {
  let at = 0;
  while (at < ours.length && at < theirs.length && ours[at] === theirs[at]) at++;
  const near = text => JSON.stringify(text.subarray(Math.max(0, at - 40), at + 40).toString('utf8'));
  return `byte ${at} of ${ours.length} and ${theirs.length}: ${near(ours)} instead of ${near(theirs)}`;
}

function findDifference(urls, reference, others) {
  for (const [index, url] of urls.entries()) {
    for (const {name, htmls} of others) {
      if (!htmls[index].equals(reference.htmls[index])) {
        return `${url}: ${name} differs from ${reference.name}, ` +
          describeDifference(htmls[index], reference.htmls[index]);
      }
    }
  }
  return undefined;
}

// Pages that take a builtin away or replace it, each of them one.
async function builtinPages(site) {
  const answer = await fetch(`${site.url}/b/builtins`);
  return (await answer.text()).split('\n').filter(line => line !== '');
}

// Whether all HTML of these pages is equal.
async function comparePages(scrape, chrome, urls, waitUntil, waits) {
  console.log(`${urls.length} pages, until ${waitUntil}`);
  const reference = await timed('puppeteer-core', () => readWithPuppeteer(chrome, urls, waitUntil), urls.length);
  const others = [];
  for (const wait of waits) {
    for (const concurrency of [1, 8]) {
      const reading = () => readWithCdpScrape(scrape, chrome, urls, wait, concurrency);
      others.push(await timed(`cdp-scrape --wait ${wait} -c ${concurrency}`, reading, urls.length));
    }
  }
  const difference = findDifference(urls, reference, others);
  console.log(difference ?? `${urls.length} pages: all equal`);
  return difference === undefined;
}

async function compare(scrape, siteProgram, chrome) {
  const site = await startSite(siteProgram);
  try {
    const at = paths => paths.map(path => site.url + path);
    const done = at([...Array.from({length: PAGES}, (_, number) => `/page/${number}`), ...BEHAVIOURS]);
    const loaded = await comparePages(scrape, chrome, done, 'load', ['load', 'auto']);
    const idle = await comparePages(scrape, chrome, at(LATE), 'networkidle0', ['networkidle', 'auto']);
    const builtins = await comparePages(scrape, chrome, at(await builtinPages(site)), 'networkidle0', ['auto']);
    return loaded && idle && builtins;
  } finally {
    site.stop();
  }
}

const [scrape, site, chrome] = process.argv.slice(2);
try {
  process.exitCode = await compare(scrape, site, chrome) ? 0 : 1;
} catch (error) {
  console.error(`peers: ${error.message}`);
  process.exitCode = 1;
}
