// What the rivals from npm have in common: their orders, and the conversation with the benchmark (cmd/canhcong/bench_role_test.go):
// "ready" first, then a line with what a round brought for every line that comes.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

export const orders = JSON.parse(process.env.CANHCONG_BENCH_JOB);
export const need = createRequire(process.env.BENCH_PEERS + '/');
export const viewport = { width: 1366, height: 768 };
export const flags = ['--host-resolver-rules=' + orders.rules, '--hide-scrollbars', ...(orders.noSandbox ? ['--no-sandbox'] : [])];
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// read takes the text and the picture of a page half a second after it has loaded; both clients name these alike.
export async function read(page, url) {
  await page.goto(url, { waitUntil: 'load' });
  await pause(500);
  const text = await page.evaluate(() => document.body.innerText);
  const picture = await page.screenshot();
  return { text: Buffer.byteLength(text), pictures: picture.length };
}

// perform answers with what round() brought until the benchmark says no more.
export async function perform(round, end) {
  console.log('"ready"');
  for await (const _ of createInterface({ input: process.stdin })) {
    const all = await round();
    if (all.length !== orders.urls.length) throw new Error(`${all.length} of ${orders.urls.length} pages were read`);
    console.log(JSON.stringify({
      pages: all.length,
      text: all.reduce((sum, one) => sum + one.text, 0),
      pictures: all.reduce((sum, one) => sum + one.pictures, 0),
    }));
  }
  await end();
}
