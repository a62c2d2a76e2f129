package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

func TestReportsAreMade(t *testing.T) {
	h, _, _ := eventHouse(t)
	id := h.period(targets.Period{Name: "Tết Đinh Mùi"})
	today := time.Now().In(targets.Vietnam).Format(time.DateOnly)
	body := h.get("lanhdao", "/reports").Body.String()
	for _, want := range []string{"Báo cáo nhanh trong ngày", "Báo cáo năm", "Tết Đinh Mùi", "/reports/paper?kind=daily&amp;from=" + today, fmt.Sprintf("kind=period&amp;period=%d", id)} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for query, want := range map[string]string{
		"kind=daily&from=" + today: "BÁO CÁO NHANH", "kind=month&from=2027-02-06": "tháng 02/2027", "kind=year&from=2027-02-06": "năm 2027",
		"kind=window&from=2027-02-01&until=2027-02-03": "từ ngày 01/02/2027 đến ngày 03/02/2027", fmt.Sprintf("kind=period&period=%d", id): "“Tết Đinh Mùi”",
	} {
		a := h.get("lanhdao", "/reports/paper?"+query)
		if a.Code != http.StatusOK || !strings.Contains(a.Body.String(), want) {
			t.Errorf("%s: have %d, want a paper on %q", query, a.Code, want)
		}
		if have := a.Header().Get("Content-Disposition"); !strings.HasPrefix(have, `attachment; filename="baocao-`) {
			t.Errorf("%s: have %q, want a file: a paper has styles of its own", query, have)
		}
	}
	if a := h.get("lanhdao", "/reports/paper?kind=daily&format=pdf&from="+today); a.Code != http.StatusServiceUnavailable || !strings.Contains(a.Body.String(), say("vi", "error.print")) {
		t.Errorf("without a browser: have %d, want it said", a.Code)
	}
	h.console.print = func(_ context.Context, html []byte) ([]byte, error) { return append([]byte("%PDF-"), html...), nil }
	if a := h.get("lanhdao", "/reports/paper?kind=daily&format=pdf&from="+today); a.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.Body.String(), "%PDF-<!doctype html>") ||
		!strings.HasSuffix(a.Header().Get("Content-Disposition"), `.pdf"`) {
		t.Errorf("have %d and %v, want what the browser printed", a.Code, a.Header())
	}
	for form, want := range map[string]string{"xlsx": "spreadsheetml", "docx": "wordprocessingml"} {
		if a := h.get("lanhdao", "/reports/paper?kind=daily&from="+today+"&format="+form); !strings.Contains(a.Header().Get("Content-Type"), want) || !strings.HasPrefix(a.Body.String(), "PK") {
			t.Errorf("%s: have %d and %v", form, a.Code, a.Header())
		}
	}
	for query, want := range map[string]int{
		"kind=daily&format=odt&from=" + today: http.StatusNotFound,
		"":                                    http.StatusUnprocessableEntity, "kind=weekly&from=" + today: http.StatusUnprocessableEntity, "kind=month&from=mai": http.StatusUnprocessableEntity,
		"kind=window&from=2027-02-03&until=2027-02-01": http.StatusUnprocessableEntity, "kind=period&period=77": http.StatusNotFound, "kind=period&period=<b>": http.StatusNotFound,
	} {
		if have := h.get("lanhdao", "/reports/paper?"+query); have.Code != want || strings.Contains(have.Body.String(), "<b>\"") {
			t.Errorf("%q: have %d, want %d", query, have.Code, want)
		}
	}
	for login, want := range map[string]int{"truc": http.StatusOK, "quantri": http.StatusOK, "chunha": http.StatusForbidden} {
		if have := h.get(login, "/reports").Code; have != want {
			t.Errorf("%s: have %d, want %d", login, have, want)
		}
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, "lập dự thảo báo cáo") {
		t.Error("the audit log does not say who drafted a report")
	}
}

// TestLongPaperArrives prints for longer than the server lets other answers take.
func TestLongPaperArrives(t *testing.T) {
	h := newHouse(t)
	h.person("lanhdao", notify.Leader, 0)
	h.console.print = func(context.Context, []byte) ([]byte, error) {
		time.Sleep(300 * time.Millisecond)
		return []byte("%PDF-"), nil
	}
	server := httptest.NewUnstartedServer(h.handler)
	server.Config.WriteTimeout = 100 * time.Millisecond
	server.Start()
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/reports/paper?kind=daily&format=pdf&from=2027-02-06", nil)
	must(t, err)
	r.AddCookie(h.cookies["lanhdao"])
	a, err := server.Client().Do(r)
	must(t, err)
	defer a.Body.Close()
	if body, err := io.ReadAll(a.Body); string(body) != "%PDF-" {
		t.Errorf("have %d, %q (%v), want the paper", a.StatusCode, body, err)
	}
}
