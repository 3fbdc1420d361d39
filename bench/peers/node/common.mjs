// What the Node programs share: the list, the workers, the result.
import { createWriteStream, readFileSync } from 'node:fs';

const [list, concurrency, output] = process.argv.slice(2);
export const urls = readFileSync(list, 'utf8').split('\n').filter(Boolean);
export const workers = Number(concurrency);
export const chrome = process.env.CHROME;
// Chromium has no sandbox for root, and these drivers do not change the user.
export const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
const out = createWriteStream(output);
export const keep = (url, html) => out.write(JSON.stringify({ url, html }) + '\n');
export const finish = () => new Promise((done) => out.end(done));

export const forEachUrl = async (work) => {
  const queue = urls.values();
  const worker = async () => {
    for (const url of queue) await work(url);
  };
  await Promise.all(Array.from({ length: workers }, worker));
};
