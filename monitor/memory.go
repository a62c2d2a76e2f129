package monitor

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"time"
)

// wholeEvery is how many probes may go by without a whole body: a server that was broken into chooses what it calls
// "not modified".
const wholeEvery = 10

// wordsKept and hostsKept are how many alarming words and foreign hosts a site's memory holds. What makes room is new when it
// comes again, which is only a render more.
const (
	wordsKept = 100
	hostsKept = 1000
)

// Memory is what a probe leaves for the next one at the same site. The zero value knows nothing.
type Memory struct {
	Raw         string   `json:"raw,omitempty"`         // SHA-256 of the body as it was sent, 32 hexadecimal digits
	Fingerprint string   `json:"fingerprint,omitempty"` // of what is in it, see Fingerprint
	Status      int      `json:"status,omitempty"`
	ETag        string   `json:"etag,omitempty"` // validators that came with the body
	Modified    string   `json:"modified,omitempty"`
	Untold      int      `json:"untold,omitempty"` // probes in a row that the server answered with "not modified"
	Words       []uint32 `json:"words,omitempty"`  // alarming words in the body, hashed
	Hosts       []uint32 `json:"hosts,omitempty"`  // foreign hosts that bodies have led to, hashed, the newest last
}

// ask makes a request conditional where the last answer can be asked for, and a whole body is not due.
func (m Memory) ask(h http.Header) {
	if m.Raw == "" || m.Untold >= wholeEvery-1 {
		return
	}
	if m.ETag != "" {
		h.Set("If-None-Match", m.ETag)
	}
	if m.Modified != "" {
		h.Set("If-Modified-Since", m.Modified)
	}
}

// unmodified tells an answer that stands for the body before.
func (m Memory) unmodified(resp *http.Response) bool {
	asked := resp.Request.Header
	return resp.StatusCode == http.StatusNotModified && (asked.Get("If-None-Match") != "" || asked.Get("If-Modified-Since") != "")
}

// validators remembers what the next request can ask for.
func (m *Memory) validators(h http.Header) {
	m.ETag, m.Modified, m.Untold = "", "", 0
	if tag := h.Get("Etag"); len(tag) <= headerValueLimit {
		m.ETag = tag
	}
	if _, err := time.Parse(http.TimeFormat, h.Get("Last-Modified")); err == nil {
		m.Modified = h.Get("Last-Modified")
	}
}

// learn takes over the words and hosts of a body, and returns those that are new. Of a site that nothing was known about,
// nothing is new.
func (m *Memory) learn(words []string, hosts map[string]bool) (newWords, newHosts []string) {
	known := m.Fingerprint != ""
	before := m.Words
	m.Words = nil
	for _, w := range words[:min(len(words), wordsKept)] {
		h := shortHash(w)
		if known && !slices.Contains(before, h) {
			newWords = append(newWords, w)
		}
		m.Words = append(m.Words, h)
	}
	have := make(map[uint32]bool, len(m.Hosts))
	for _, h := range m.Hosts {
		have[h] = true
	}
	m.Hosts = slices.Clone(m.Hosts) // the memory it came from stays as it was
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		h := shortHash(host)
		if have[h] {
			continue
		}
		if known {
			newHosts = append(newHosts, host)
		}
		have[h] = true
		m.Hosts = append(m.Hosts, h)
	}
	m.Hosts = m.Hosts[max(0, len(m.Hosts)-hostsKept):]
	return newWords, newHosts
}

// Value implements driver.Valuer: a memory is kept as JSON.
func (m Memory) Value() (driver.Value, error) {
	b, err := json.Marshal(m)
	if err != nil || string(b) == "{}" {
		return "", err
	}
	return string(b), nil
}

// Scan implements sql.Scanner. What cannot be read is forgotten: the next probe knows as much.
func (m *Memory) Scan(stored any) error {
	*m = Memory{}
	if text, ok := stored.(string); ok && json.Unmarshal([]byte(text), m) != nil {
		*m = Memory{}
	}
	return nil
}

func shortHash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

func rawHash(sum [32]byte) string { return hex.EncodeToString(sum[:16]) }
