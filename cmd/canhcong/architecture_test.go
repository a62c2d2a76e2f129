package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The floor plan: which of our packages each package may import. Everything flows one way,
// targets → monitor → baseline → notify → web, so that each room can be understood without the rooms after it.
var floorPlan = map[string][]string{
	"monitor/egress":               {},
	"targets":                      {"monitor/egress"},
	"targets/targetstest":          {"targets"},
	"monitor":                      {"targets", "monitor/egress"},
	"monitor/chrome":               {"targets", "monitor", "monitor/egress"},
	"baseline":                     {"targets", "monitor"},
	"notify":                       {"targets", "monitor", "baseline", "notify/paper"},
	"notify/paper":                 {},
	"notify/mail":                  {"notify"},
	"notify/ntfy":                  {"notify", "notify/post"},
	"notify/post":                  {"notify"},
	"notify/telegram":              {"targets", "notify"},
	"notify/telegram/telegramtest": {},
	"notify/webhook":               {"notify", "notify/post"},
	"web":                          {"targets", "monitor", "baseline", "notify", "notify/paper"},
	"cmd/canhcong":                 {"targets", "monitor", "monitor/chrome", "monitor/egress", "baseline", "notify", "notify/mail", "notify/ntfy", "notify/paper", "notify/telegram", "notify/webhook", "web"},
}

// keptOut says which libraries only one package may know, and why.
var keptOut = []struct{ library, room, because string }{
	{"github.com/chromedp/", "monitor/chrome", "its API is young and changes: one package learns it again"},
	{"github.com/go-telegram-bot-api/", "notify/telegram", "it is unmaintained and its gaps are closed there"},
	{"github.com/wneessen/go-mail", "notify/mail", "its errors and its ending of connections need care"},
	{"modernc.org/sqlite", "targets", "the other rooms speak database/sql"},
}

type listedPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

const module = "canhcong/"

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json", "canhcong/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func TestImportsGoOneWay(t *testing.T) {
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := floorPlan[name]
		if !known {
			t.Errorf("package %s is not in the floor plan", name)
		}
		for _, imported := range p.Imports {
			if ours, ok := strings.CutPrefix(imported, module); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s: want only %v", name, ours, allowed)
			}
			for _, k := range keptOut {
				if strings.HasPrefix(imported, k.library) && name != k.room {
					t.Errorf("%s imports %s: only %s may, because %s", name, imported, k.room, k.because)
				}
			}
		}
	}
}

func TestEveryPackageOpensWithOneComment(t *testing.T) {
	for _, p := range listPackages(t) {
		var comments []string
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			if file.Doc != nil {
				comments = append(comments, name)
				checkFirstWords(t, p, file)
			}
		}
		if len(comments) != 1 {
			t.Errorf("package %s has its comment in %v: want one file", p.ImportPath, comments)
		}
	}
}

func checkFirstWords(t *testing.T, p listedPackage, file *ast.File) {
	t.Helper()
	want := "Package " + file.Name.Name + " "
	if file.Name.Name == "main" {
		want = "Command " + filepath.Base(p.Dir) + " "
	}
	if !strings.HasPrefix(file.Doc.Text(), want) {
		t.Errorf("the comment of %s begins %.30q: want %q", p.ImportPath, file.Doc.Text(), want)
	}
}

var (
	ownedTable = regexp.MustCompile(`(?m)^-- owner: (\w+)\nCREATE TABLE (\w+)`)
	anyTable   = regexp.MustCompile(`CREATE TABLE (\w+)`)
	touched    = regexp.MustCompile(`(?:FROM|JOIN|INTO|UPDATE|DELETE FROM)\s+([a-z_]+)\b`)
)

// owners reads from the migrations which room each table belongs to.
func owners(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../targets/migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations found (%v)", err)
	}
	owner := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ownedTable.FindAllStringSubmatch(string(text), -1) {
			owner[m[2]] = m[1]
		}
		for _, m := range anyTable.FindAllStringSubmatch(string(text), -1) {
			if owner[m[1]] == "" {
				t.Errorf("%s: table %s has no line \"-- owner: ROOM\" above it", name, m[1])
			}
		}
	}
	return owner
}

func TestEachRoomTouchesItsOwnTablesOnly(t *testing.T) {
	owner := owners(t)
	for _, p := range listPackages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		for _, name := range p.GoFiles {
			for _, table := range tablesIn(t, filepath.Join(p.Dir, name)) {
				if owner[table] == "" {
					continue // an English sentence, or SQLite's own
				}
				if owner[table] != room {
					t.Errorf("%s/%s touches %s, which belongs to %s: ask that room", room, name, table, owner[table])
				}
				if !strings.HasPrefix(name, "store") {
					t.Errorf("%s/%s has SQL on %s: SQL lives in store.go", room, name, table)
				}
			}
		}
	}
}

// tablesIn returns the words in table position of the string literals of a file.
func tablesIn(t *testing.T, name string) (tables []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			for _, m := range touched.FindAllStringSubmatch(lit.Value, -1) {
				tables = append(tables, m[1])
			}
		}
		return true
	})
	return tables
}

func TestReadmeNamesEveryRoom(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "| room | says |")
	if !found {
		t.Fatal("the README has no room table")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|").FindAllStringSubmatch(table, -1) {
		named[m[1]] = true
	}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if !named[name] {
			t.Errorf("the README's room table does not name %s", name)
		}
		delete(named, name)
	}
	for name := range named {
		t.Errorf("the README's room table names %s, which does not exist", name)
	}
}

// modernc.org/sqlite is generated for one version of modernc.org/libc; another dependency that raises it breaks SQLite in
// ways that no compiler sees (cznic/sqlite issue 177).
func TestSQLiteHasTheLibcItWasMadeFor(t *testing.T) {
	version := func(args ...string) string {
		out, err := exec.Command("go", append([]string{"list", "-m", "-f"}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	wanted, err := os.ReadFile(version("{{.GoMod}}", "modernc.org/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	have := "modernc.org/libc " + version("{{.Version}}", "modernc.org/libc")
	if !strings.Contains(string(wanted), have+"\n") {
		t.Errorf("have %s, which is not what modernc.org/sqlite's go.mod requires", have)
	}
}
