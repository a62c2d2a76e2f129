// Prints the part of the Bot API that telegramtest checks calls and answers against: a line for each field of a method (its
// result is the field "()") or of an object, with whether it is required and what it may be. What may be only something that
// is not described here is "any". The first argument is the folder of the npm package @gramio/types.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = name => readFileSync(join(folder, name), 'utf8');
const { version } = JSON.parse(read('package.json'));
const strip = text => text.replace(/\/\*[\s\S]*?\*\//g, '');
const methods = strip(read('out/methods.d.ts')), params = strip(read('out/params.d.ts')), objects = strip(read('out/objects.d.ts'));

const ours = ['answerCallbackQuery', 'deleteWebhook', 'editMessageReplyMarkup', 'editMessageText', 'getMe', 'getUpdates',
  'leaveChat', 'pinChatMessage', 'sendDocument', 'sendMessage', 'sendPhoto', 'setMyCommands'];
const described = ['BotCommand', 'CallbackQuery', 'Chat', 'ChatMemberUpdated', 'ForceReply', 'InlineKeyboardButton', 'InlineKeyboardMarkup',
  'LinkPreviewOptions', 'Message', 'MessageEntity', 'ReplyParameters', 'Update', 'User'];

// The names that stand for a choice of words: type TelegramChatType = | "private" | "group" …
const words = new Map([...objects.matchAll(/export type Telegram(\w+) =((?:\s*\|?\s*"[^"]*")+)/g)].map(m => [m[1], m[2].match(/"[^"]*"/g).join('|')]));

// kinds simplifies a type: choices are joined by |, lists end in [].
function kinds(type) {
  type = type.replace(/\s+/g, ' ').replace(/\{ toString\(\): string \}/g, 'string').replace(/Exclude<[^>]*>/g, 'string')
    .replace(/Objects\.|APIMethodReturn<[^>]*>/g, '').replace(/\bTelegram(\w+)/g, '$1').replace(/[()]/g, '');
  const all = type.split('|').map(t => t.trim()).filter(Boolean).map(kind => {
    const lists = kind.match(/(\[\])*$/)[0], base = kind.slice(0, kind.length - lists.length);
    if (words.has(base)) return words.get(base);
    if (base === 'InputFile') return 'file';
    if (/^("|number$|string$|boolean$|true$)/.test(base) || described.includes(base)) return base + lists;
    return 'any';
  });
  const known = all.filter(kind => kind !== 'any');
  return [...new Set(known.length ? known : ['any'])].join('|');
}

function fields(source, name) {
  const body = source.match(new RegExp(`export interface ${name}(?: extends \\w+)? \\{([\\s\\S]*?)\\n\\}`));
  if (!body) return [];
  return [...body[1].matchAll(/^ {4}(\w+)(\??):\s*([\s\S]*?)(?=\n {4}\w+\??:|\s*$(?![\s\S]))/gm)].map(m => [m[1], m[2] ? 'optional' : 'required', kinds(m[3])]);
}

const licence = read('LICENSE').trim().split('\n').map(line => ('# ' + line).trim());
const lines = [`# From the npm package @gramio/types ${version}, by .ci/peers/describe.mjs. Its licence:`, ...licence];
for (const method of ours) {
  const result = methods.match(new RegExp(`^    ${method}: CallAPI\\w*<([\\s\\S]*?)>\\n`, 'm'))[1].split(',').pop();
  lines.push([method, '()', 'required', kinds(result)].join('\t'));
  const name = method[0].toUpperCase() + method.slice(1) + 'Params';
  for (const field of fields(params, name)) lines.push([method, ...field].join('\t'));
}
for (const object of described) for (const field of fields(objects, 'Telegram' + object)) lines.push([object, ...field].join('\t'));
console.log(lines.join('\n'));
