package baseline

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkLexicon2000Patterns matches 2,000 generated patterns beside the shipped ones over the text of a page, cut into
// blocks as pages are. The budget is 15 ms for 200 kB; an ordinary portal's page has 30 kB.
func BenchmarkLexicon2000Patterns(b *testing.B) {
	l, err := parseLexicon(lexiconFile + generatedTerms(2000))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		blocks []string
	}{
		{"30kB_page", newsText(30_000)},
		{"200kB_Vietnamese", newsText(200_000)},
		{"200kB_near_matches", nearMatches(200_000, l)},
		{"200kB_all_matches", allMatches(200_000, l)},
		{"200kB_one_block", []string{strings.Join(nearMatches(200_000, l), " ")}},
		{"200kB_Chinese", []string{strings.Repeat("关于印发政务公开工作要点的通知，黑客。", 200_000/57)}},
		{"200kB_decomposed", []string{strings.Repeat("a\u0323\u0302", 200_000/5)}},
		{"200kB_every_character", everyCharacter(200_000)},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkFind(b, l, c.blocks) })
	}
}

func benchmarkFind(b *testing.B, l *lexicon, blocks []string) {
	size := 0
	for _, block := range blocks {
		size += len(block)
	}
	b.SetBytes(int64(size))
	perCall(b, func() {
		for _, block := range blocks {
			l.Find(block)
		}
	})
}

// perCall runs f again and again and reports the processor time of a call, garbage collection included: the clock on the
// wall says nothing on a busy machine.
func perCall(b *testing.B, f func()) {
	b.ReportAllocs()
	begun := processorTime(b)
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64((processorTime(b)-begun).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkLexiconStart is what every start of the program pays before its first look.
func BenchmarkLexiconStart(b *testing.B) {
	perCall(b, func() { mustLexicon(lexiconFile) })
}

var syllables = strings.Fields("an bình chính công cộng dân điện động đường giao hành hóa hội kế khai kinh lãnh luật mẫu minh nghị nhà nông phát phường quản quốc quyết sinh sở tài tập thành thông thủ tiếp tỉnh toàn trình trung tuyên ủy văn việc xã xây")

// generatedTerms are rows of the lexicon with invented phrases of two to four syllables.
func generatedTerms(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var rows strings.Builder
	for i := range n {
		var phrase []string
		for range 2 + r.IntN(3) {
			phrase = append(phrase, syllables[r.IntN(len(syllables))])
		}
		text := strings.Join(phrase, " ") + fmt.Sprintf(" m%dx", i)
		fmt.Fprintf(&rows, "\ngen-%d\t%s\tvi\tgambling\t3\t-\t%s\tx", i, text, text)
	}
	return rows.String()
}

// blocksOf is text of the given number of bytes in blocks of about 200.
func blocksOf(size int, piece func() string) (blocks []string) {
	for size > 0 {
		var block strings.Builder
		for block.Len() < 200 {
			block.WriteString(piece() + " ")
		}
		blocks = append(blocks, block.String())
		size -= block.Len()
	}
	return blocks
}

// newsText is prose with a number now and then.
func newsText(size int) []string {
	r := rand.New(rand.NewPCG(3, 4))
	return blocksOf(size, func() string {
		if r.IntN(30) == 0 {
			return fmt.Sprintf("%d/%d/2026", 1+r.IntN(28), 1+r.IntN(12))
		}
		return syllables[r.IntN(len(syllables))]
	})
}

// nearMatches is every pattern without its last character or with another one, in disguise.
func nearMatches(size int, l *lexicon) []string {
	r := rand.New(rand.NewPCG(5, 6))
	return blocksOf(size, func() string {
		p := []rune(l.terms[r.IntN(len(l.terms))].Pattern)
		return disguised(r, string(p[:len(p)-1])+string("q4ệ"[r.IntN(2)]))
	})
}

// allMatches is one pattern after the other.
func allMatches(size int, l *lexicon) []string {
	r := rand.New(rand.NewPCG(7, 8))
	return blocksOf(size, func() string { return l.terms[r.IntN(len(l.terms))].Hit })
}

// everyCharacter has no two characters of one kind beside each other.
func everyCharacter(size int) []string {
	r := rand.New(rand.NewPCG(9, 10))
	return blocksOf(size, func() string { return string(rune(r.IntN(0x20000))) + "a" })
}
