package telegramtest

import (
	_ "embed" // the description
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// botapi is a published description of the Bot API, by people who know nothing of us: what a call or an answer may hold. Each
// line is a method or an object, a field, whether it is required, and what it may be; see .ci/peers/describe.mjs.
//
//go:embed botapi.tsv
var botapi string

// described is a field of a method or an object.
type described struct {
	name     string
	required bool
	kinds    []string // "number", "Message", "User[]", `"HTML"`, "any"
}

var description = readDescription()

func readDescription() map[string][]described {
	all := map[string][]described{}
	for line := range strings.Lines(botapi) {
		part := strings.Split(strings.TrimSpace(line), "\t")
		if len(part) == 4 {
			all[part[0]] = append(all[part[0]], described{part[1], part[2] == "required", strings.Split(part[3], "|")})
		}
	}
	return all
}

// resultOf is the field of a method that describes its result.
const resultOf = "()"

// complainCall says what a call holds that the description does not know, or lacks; "" when it is as described. What cannot be
// a call at all is left to the answer.
func complainCall(method string, in form) string {
	fields, known := description[method]
	if !known {
		return "the method is not described"
	}
	values := map[string]any{}
	for name, text := range in.fields {
		values[name] = readable(text)
	}
	for name := range in.files {
		values[name] = upload{}
	}
	return complainFields(method, fields, values)
}

// upload is a file as a value of a field.
type upload struct{}

// typed is the text of a form's field, which may be a number or an object.
type typed struct {
	text  string
	value any // nil when it is only text
}

func readable(text string) any {
	t := typed{text: text}
	if json.Unmarshal([]byte(text), &t.value) != nil {
		t.value = nil
	}
	return t
}

// complainAnswer does the same for the result of a method.
func complainAnswer(method string, result any) string {
	for _, f := range description[method] {
		if f.name == resultOf {
			return f.complain(method, plain(result))
		}
	}
	return "its result is not described"
}

// complainUpdate does the same for an update.
func complainUpdate(u any) string { return complainKind("the update", "Update", plain(u)) }

// plain returns a value as whoever gets it as JSON reads it.
func plain(v any) (read any) {
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		return err // of no kind that is described
	}
	return read
}

func complainFields(of string, fields []described, values map[string]any) string {
	for _, f := range fields {
		value, there := values[f.name]
		switch {
		case f.name == resultOf:
		case !there && f.required:
			return fmt.Sprintf("%s lacks %s", of, f.name)
		case there:
			if complaint := f.complain(of+"."+f.name, value); complaint != "" {
				return complaint
			}
		}
	}
	for name := range values {
		if !slices.ContainsFunc(fields, func(f described) bool { return f.name == name }) {
			return fmt.Sprintf("%s has no field %s", of, name)
		}
	}
	return ""
}

// complain says why a value is none of the kinds that a field may be: why it is not the first of them.
func (f described) complain(of string, value any) (first string) {
	for _, kind := range f.kinds {
		complaint := complainKind(of, kind, value)
		if complaint == "" {
			return ""
		}
		if first == "" {
			first = complaint
		}
	}
	return first
}

func complainKind(of, kind string, value any) string {
	shown := value
	if t, ok := value.(typed); ok {
		if kind == "string" || strings.Trim(kind, `"`) == t.text || t.text == "null" {
			return ""
		}
		shown, value = t.text, t.value
	}
	fits := false
	switch v := value.(type) {
	case []any:
		if element, list := strings.CutSuffix(kind, "[]"); list {
			return complainList(of, element, v)
		}
	case map[string]any:
		if fields, known := description[kind]; known {
			return complainFields(of, fields, v)
		}
	case string:
		fits = kind == "string" || kind == `"`+v+`"`
	case float64:
		fits = kind == "number"
	case bool:
		fits = kind == "boolean" || kind == "true" && v
	case upload:
		fits = kind == "file"
	}
	if fits || kind == "any" {
		return ""
	}
	return fmt.Sprintf("%s is %v, not %s", of, shown, kind)
}

func complainList(of, element string, list []any) string {
	for n, v := range list {
		if complaint := complainKind(fmt.Sprintf("%s[%d]", of, n), element, v); complaint != "" {
			return complaint
		}
	}
	return ""
}
