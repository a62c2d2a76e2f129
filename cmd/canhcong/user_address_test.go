package main

import (
	"strings"
	"testing"
)

func TestUserAddressCommands(t *testing.T) {
	data := t.TempDir()
	canhcong := func(token string, args ...string) (string, error) {
		var out strings.Builder
		getenv := func(name string) string {
			return map[string]string{"CANHCONG_TELEGRAM_TOKEN": token}[name]
		}
		err := run(t.Context(), append([]string{"--data", data}, args...), getenv, &out)
		if err != nil {
			return err.Error(), err
		}
		return out.String(), nil
	}
	const token = "110201543:canary-token-of-the-tests"
	for _, step := range []struct {
		token string
		args  string
		fails bool
		want  []string
	}{
		{token, "user add truca --name TrựcA", false, []string{"truca"}},
		{token, "user address add truca telegram 4711", false, []string{"TrựcA", "telegram", "vị trí 1"}},
		{token, "user address add truca telegram 4712 --place 1", false, []string{"vị trí 1"}},
		{token, "user address list truca", false, []string{"4711", "4712", "LAST ARRIVED"}},
		{token, "user address add truca pager 1", true, []string{"pager", "telegram"}},
		{token, "user address add ai telegram 1", true, []string{"ai"}},
		{"", "user address add truca telegram 1", true, []string{"Chưa cấu hình"}},
		{token, "user address remove truca telegram 4712", false, []string{"TrựcA"}},
		{token, "user address remove truca telegram 4712", true, []string{"không có địa chỉ này"}},
		{token, "user address list", false, []string{"4711"}},
		{token, "user link truca", false, []string{"TrựcA", "/start "}},
		{token, "user link ai", true, []string{"ai"}},
		{"", "user link truca", true, []string{"Chưa cấu hình"}},
	} {
		out, err := canhcong(step.token, strings.Fields(step.args)...)
		if (err != nil) != step.fails {
			t.Errorf("%s: have %v", step.args, err)
		}
		wantWords(t, out, step.want...)
	}
}
