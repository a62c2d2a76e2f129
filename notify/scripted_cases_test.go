package notify_test

import "canhcong/notify/telegram/telegramtest"

// scripted is one way in which Telegram, or what lies before it, misbehaves when the first incident is told.
type scripted struct {
	name   string
	script []telegramtest.Answer
	tries  string // what each try meant to the outbox
	told   string // the messages that arrived
	ahead  string // an API base before the server's, "" for none; %s is another server, which follows the script instead
}

// always is a scripted answer to every call that tells of the first incident.
func always(a telegramtest.Answer) []telegramtest.Answer {
	a.Times, a.Text = -1, firstNumber
	return []telegramtest.Answer{a}
}

// says are scripted answers with the same description, one for each code.
func says(description string, codes ...int) (script []telegramtest.Answer) {
	for _, code := range codes {
		script = append(script, telegramtest.Answer{Code: code, Description: description})
	}
	return script
}

// pages are scripted answers of somebody who is no Bot API.
func pages(codes ...int) (script []telegramtest.Answer) {
	for _, code := range codes {
		script = append(script, telegramtest.Answer{Code: code, Body: "<html><h1>Vui lòng đăng nhập</h1></html>"})
	}
	return script
}

func one(a telegramtest.Answer) []telegramtest.Answer { return []telegramtest.Answer{a} }

// Of a text: what is wrong with the message, the chat, the token, the pace, Telegram, and what lies before it.
var scriptedTexts = []scripted{
	{"nothing", nil, "sent", "marked up", ""},
	{"too long", says("Bad Request: message is too long", 400), "sent", "plain", ""},
	{"bad entities", says("Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 3", 400), "sent", "plain", ""},
	{"bad button", says("Bad Request: BUTTON_DATA_INVALID", 400), "sent", "plain", ""},
	{"unknown complaint", says("Bad Request: SOMETHING_INVALID", 400), "sent", "plain", ""},
	{"request too large", says("Request Entity Too Large", 413), "sent", "plain", ""},
	{"refused, also as plain text", says("Bad Request: can't parse entities", 400, 400), "refused, sent", "marked up", ""},
	{"poison", always(telegramtest.Answer{Code: 400, Description: "Bad Request: SOMETHING_INVALID"}), "refused", "", ""},

	{"token revoked", says("Unauthorized", 401), "nobody reachable, sent", "marked up", ""},
	{"token unknown", says("Not Found", 404, 404), "nobody reachable, nobody reachable, sent", "marked up", ""},
	{"kicked", says("Forbidden: bot was kicked from the supergroup chat", 403), "unreachable, sent", "marked up", ""},
	{"blocked", says("Forbidden: bot was blocked by the user", 403), "unreachable, sent", "marked up", ""},
	{"user deactivated", says("Forbidden: user is deactivated", 403), "unreachable, sent", "marked up", ""},
	{"never started", says("Forbidden: bot can't initiate conversation with a user", 403), "unreachable, sent", "marked up", ""},
	{"not a member", says("Forbidden: bot is not a member of the channel chat", 403), "unreachable, sent", "marked up", ""},
	{"no such chat", says("Bad Request: chat not found", 400), "unreachable, sent", "marked up", ""},
	{"no right to texts", says("Bad Request: not enough rights to send text messages to the chat", 400), "unreachable, sent", "marked up", ""},
	{"no rights", says("Bad Request: have no rights to send a message", 400), "unreachable, sent", "marked up", ""},
	{"may not write", says("Bad Request: CHAT_WRITE_FORBIDDEN", 400), "unreachable, sent", "marked up", ""},
	{"no such peer", says("Bad Request: PEER_ID_INVALID", 400), "unreachable, sent", "marked up", ""},
	{"second poller", says("Conflict: terminated by other getUpdates request", 409), "not sent, sent", "marked up", ""},

	{"moved", one(telegramtest.Answer{Code: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: -1009}), "sent", "marked up to -1009", ""},
	{"topic closed", says("Bad Request: TOPIC_CLOSED", 400), "sent", "marked up in General", ""},
	{"topic gone", says("Bad Request: message thread not found", 400), "sent", "marked up in General", ""},
	{"reply gone", says("Bad Request: message to be replied not found", 400), "refused, sent", "marked up", ""},

	{"429", one(telegramtest.Answer{Code: 429, Description: "Too Many Requests: retry after 2", RetryAfter: 2}), "wait 2s, sent", "marked up", ""},
	{"429 without parameters", says("Too Many Requests: retry after 1", 429), "wait 1s, sent", "marked up", ""},
	{"400 that is a 429", says("Bad Request: Too Many Requests: retry after 1", 400), "wait 1s, sent", "marked up", ""},

	{"500", says("Internal Server Error", 500), "unknown, sent", "marked up again", ""},
	{"502", pages(502), "unknown, sent", "marked up again", ""},
	{"503", pages(503), "unknown, sent", "marked up again", ""},
	{"504 twice", pages(504, 504), "unknown, unknown, sent", "marked up again", ""},
	{"captive portal", pages(200), "unknown, sent", "marked up again", ""},
	{"redirect", pages(302), "not sent, sent", "marked up", ""},
	{"firewall", pages(403), "not sent, sent", "marked up", ""},
	{"proxy wants a password", pages(407), "not sent, sent", "marked up", ""},
	{"other web server", pages(404), "not sent, sent", "marked up", ""},
	{"truncated JSON", one(telegramtest.Answer{Body: `{"ok":tr`}), "unknown, sent", "marked up again", ""},
	{"JSON of somebody else", one(telegramtest.Answer{Body: `{"error":"quota"}`}), "unknown, sent", "marked up again", ""},
	{"answer that names no message", one(telegramtest.Answer{Body: `{"ok":true,"result":true}`}), "unknown, sent", "marked up again", ""},
	{"reset", one(telegramtest.Answer{Reset: true}), "unknown, sent", "marked up again", ""},
	{"answer lost", one(telegramtest.Answer{Lose: true}), "unknown, sent", "marked up, marked up again", ""},
	{"answer cut", one(telegramtest.Answer{Cut: true}), "unknown, sent", "marked up, marked up again", ""},

	{"API base away", nil, "sent", "marked up", "http://127.0.0.1:1"},
	{"API base behind a firewall", pages(403), "sent", "marked up", "%s"},
	{"API base of another bot", says("Unauthorized", 401), "sent", "marked up", "%s"},
	{"API base in trouble", pages(502), "unknown, sent", "marked up again", "%s"},
	{"API base that loses answers", one(telegramtest.Answer{Lose: true}), "unknown, sent", "marked up, marked up again", "%s"},
}

// Of a picture, whose text has arrived before.
var scriptedPictures = []scripted{
	{"nothing", nil, "sent", "photo", ""},
	{"photo unreadable", photo(says("Bad Request: IMAGE_PROCESS_FAILED", 400)), "sent", "document", ""},
	{"odd dimensions", photo(says("Bad Request: PHOTO_INVALID_DIMENSIONS", 400)), "sent", "document", ""},
	{"photo too large", photo(says("Request Entity Too Large", 413)), "sent", "document", ""},
	{"no right to photos", photo(says("Bad Request: not enough rights to send photos to the chat", 400)), "sent", "document", ""},
	{"no right to files", append(photo(says("Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", 400)), telegramtest.Answer{Method: "sendDocument", Code: 400,
		Description: "Bad Request: not enough rights to send documents to the chat"}), "sent", "marked up", ""},
	{"caption too long", append(photo(says("Bad Request: MEDIA_CAPTION_TOO_LONG", 400)), telegramtest.Answer{Method: "sendDocument", Code: 400,
		Description: "Bad Request: message caption is too long"}), "sent", "marked up", ""},
	{"429", photo(one(telegramtest.Answer{Code: 429, Description: "Too Many Requests: retry after 1", RetryAfter: 1})), "wait 1s, sent", "photo", ""},
	{"reset", photo(one(telegramtest.Answer{Reset: true})), "unknown, sent", "photo again", ""},
	{"gateway", photo(pages(502)), "unknown, sent", "photo again", ""},
	{"kicked in between", photo(says("Forbidden: bot was kicked from the supergroup chat", 403)), "unreachable, sent", "photo", ""},
}

func photo(script []telegramtest.Answer) []telegramtest.Answer {
	for n := range script {
		script[n].Method = "sendPhoto"
	}
	return script
}

// Slow ones: a call is given up after 20 seconds.
var scriptedSlow = []scripted{
	{"hang", one(telegramtest.Answer{Hang: true}), "unknown, sent", "marked up again", ""},
	{"slow body", one(telegramtest.Answer{Stall: true}), "unknown, sent", "marked up, marked up again", ""},
}
