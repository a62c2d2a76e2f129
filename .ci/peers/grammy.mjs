// Drives a Bot API as a bot made with grammy does, and prints what it met as JSON: TestForeignClient lets it drive ours.
//   node grammy.mjs FOLDER-OF-PACKAGES ADDRESS TOKEN CHAT
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, apiRoot, token, chat] = process.argv.slice(2);
const { Bot, GrammyError, InlineKeyboard, InputFile } = createRequire(join(folder, 'node_modules', '_'))('grammy');
const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=', 'base64');

const bot = new Bot(token, { client: { apiRoot } });
const met = { errors: [], heard: [] };
const say = line => console.log(JSON.stringify(line));

// refused makes a call that is expected to fail, and notes how.
async function refused(call) {
  try {
    await call();
    met.errors.push('none');
  } catch (e) {
    if (!(e instanceof GrammyError)) throw e;
    met.errors.push(`${e.error_code} ${e.description} ${JSON.stringify(e.parameters)}`);
  }
}

met.me = (await bot.api.getMe()).username;
const keyboard = new InlineKeyboard().text('Tôi nhận', 'nhan').text('Báo sai', 'sai').row().url('Chi tiết', 'https://canhcong.example/');
const first = await bot.api.sendMessage(chat, '<b>KHẨN</b> &lt;thử&gt;', { parse_mode: 'HTML', reply_markup: keyboard });
met.text = first.text;
met.edited = (await bot.api.editMessageText(chat, first.message_id, 'đã nhận')).text;
await bot.api.pinChatMessage(chat, first.message_id);
await bot.api.sendPhoto(chat, new InputFile(pixel, 'truoc-sau.png'), { caption: 'Ảnh', reply_parameters: { message_id: first.message_id } });
await bot.api.sendDocument(chat, new InputFile(Buffer.from('phuongvidu.tinhmau.gov.vn\n'), 'danh-sach.txt'));
await refused(() => bot.api.sendMessage(chat, '<script>', { parse_mode: 'HTML' }));
await refused(() => bot.api.sendMessage(chat, 'x'.repeat(4097)));
await refused(() => bot.api.sendMessage(429, 'a'));
await refused(() => bot.api.sendMessage(-55, 'a'));

bot.command('start', async ctx => {
  met.heard.push('start ' + ctx.match);
  await ctx.reply('chào', { reply_markup: { force_reply: true } });
});
bot.on('callback_query:data', async ctx => {
  met.heard.push('press ' + ctx.callbackQuery.data + ' under ' + ctx.callbackQuery.message.text);
  await ctx.answerCallbackQuery({ text: 'đã ghi' });
});
bot.on('message:migrate_to_chat_id', ctx => met.heard.push('moved ' + ctx.chat.id + ' ' + ctx.message.migrate_to_chat_id));
bot.on('my_chat_member', ctx => {
  met.heard.push('member ' + ctx.myChatMember.new_chat_member.status);
  bot.stop();
});
await bot.start({ allowed_updates: ['message', 'callback_query', 'my_chat_member'], onStart: () => say('polling') });
say(met);
