package targets

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// dictionary makes sort keys as a Vietnamese dictionary orders words: Đ after D, tones last, 2 before 10. It keeps the
// keys it made, because comparing through the collator takes ten times as long, and the list of sites is read all the time.
type dictionary struct {
	mu     sync.Mutex
	words  *collate.Collator
	buffer collate.Buffer
	keys   map[string][]byte
}

var vietnameseOrder = &dictionary{words: collate.New(language.Vietnamese, collate.Numeric)}

// mostKeys is when the keys are forgotten: names come and go.
const mostKeys = 50_000

// open takes the dictionary for one list; it is given back by unlocking.
func (d *dictionary) open() *sync.Mutex {
	d.mu.Lock()
	if d.keys == nil || len(d.keys) > mostKeys {
		d.keys = map[string][]byte{}
	}
	return &d.mu
}

func (d *dictionary) compare(a, b string) int {
	if a == b {
		return 0
	}
	return bytes.Compare(d.key(a), d.key(b))
}

func (d *dictionary) key(word string) []byte {
	key, ok := d.keys[word]
	if !ok {
		key = d.words.KeyFromString(&d.buffer, word)
		d.keys[word] = key
	}
	return key
}

func sortSites(sites []Site) {
	d := vietnameseOrder
	defer d.open().Unlock()
	slices.SortFunc(sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), d.compare(a.Unit.Name, b.Unit.Name), d.compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

func sortUnits(units []Unit) {
	d := vietnameseOrder
	defer d.open().Unlock()
	slices.SortFunc(units, func(a, b Unit) int { return cmp.Or(d.compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
}
