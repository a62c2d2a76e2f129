package baseline

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkLexicon200kB matches 2,000 generated patterns beside the shipped ones over 200 kB of a page's text, cut into
// blocks as pages are. The budget is 15 ms.
func BenchmarkLexicon200kB(b *testing.B) {
	l, err := parseLexicon(lexiconFile + generatedTerms(2000))
	if err != nil {
		b.Fatal(err)
	}
	blocks := newsText(200_000)
	size := 0
	for _, block := range blocks {
		size += len(block)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, block := range blocks {
			l.Find(block)
		}
	}
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

// newsText is prose of the given number of bytes in blocks of about 200.
func newsText(size int) (blocks []string) {
	r := rand.New(rand.NewPCG(3, 4))
	for size > 0 {
		var block strings.Builder
		for block.Len() < 200 {
			block.WriteString(syllables[r.IntN(len(syllables))] + " ")
		}
		blocks = append(blocks, block.String())
		size -= block.Len()
	}
	return blocks
}
