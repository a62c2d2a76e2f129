// puppeteer-cluster as its manual has it: one browser, a context of its own for each page.
import { flags, need, orders, perform, read, viewport } from './stage.mjs';

const { Cluster } = need('puppeteer-cluster');
const cluster = await Cluster.launch({
  puppeteer: need('puppeteer-core'),
  concurrency: Cluster.CONCURRENCY_CONTEXT,
  maxConcurrency: orders.atOnce,
  timeout: 60_000,
  puppeteerOptions: { executablePath: orders.chrome, headless: 'shell', args: flags, defaultViewport: viewport },
});

const round = () => Promise.all(orders.urls.map((url) => cluster.execute(url, ({ page, data }) => read(page, data))));
await perform(round, () => cluster.close());
