// A loop over playwright-core: one browser, a context of its own for each page, as many at once as the others.
import { flags, need, orders, perform, read, viewport } from './stage.mjs';

const { chromium } = need('playwright-core');
const browser = await chromium.launch({ executablePath: orders.chrome, headless: true, args: flags });

async function round() {
  const queue = [...orders.urls], all = [];
  const worker = async () => {
    for (let url; (url = queue.shift());) {
      const context = await browser.newContext({ viewport });
      try {
        all.push(await read(await context.newPage(), url));
      } finally {
        await context.close();
      }
    }
  };
  await Promise.all(Array.from({ length: orders.atOnce }, worker));
  return all;
}
await perform(round, () => browser.close());
