package paper

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/xml"
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// Document writes a paper as a Word document (ECMA-376, transitional): the same words, tables and pictures, on the same A4
// with the same margins and numbers of pages, in paragraphs that people can go on writing in.
//
// What it understands of HTML is what papers are made of: p, h1 (the title), h2, h3, hr, ul, ol and li, table with col, thead,
// th and colspan, figure, figcaption and img of a data URL; b, strong, i, em, u, small and br; and the classes of the layout
// that papers share (docxform.go). Other elements count by what is in them, other styles do not count.
func Document(paper []byte) ([]byte, error) {
	root, err := html.Parse(bytes.NewReader(paper))
	if err != nil {
		return nil, fmt.Errorf("read the paper: %w", err)
	}
	d := document{title: titleOf(root)}
	d.blocks(root, place{width: textWidth, size: 28})
	out, err := d.pack()
	if err != nil {
		return nil, fmt.Errorf("write a document: %w", err)
	}
	return out, nil
}

// document is a document under way.
type document struct {
	title    string
	body     strings.Builder
	pictures []picture
}

// The measures of Nghị định 30/2020/NĐ-CP in twentieths of a point: A4 with margins of 20 mm above and below, 30 left, 15 right.
const (
	pageWidth, pageHeight   = 11906, 16838
	marginLeft, marginRight = 1701, 850
	textWidth               = pageWidth - marginLeft - marginRight
	indent                  = 567 // of the first line: 10 mm
)

var (
	//go:embed docx/types.xml
	docxTypes string
	//go:embed docx/rels.xml
	docxRels string
	//go:embed docx/styles.xml
	docxStyles string
	//go:embed docx/header.xml
	docxHeader string
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// pack puts the parts of the document into one file.
func (d *document) pack() ([]byte, error) {
	parts := []struct{ name, content string }{
		{"[Content_Types].xml", docxTypes}, {"_rels/.rels", docxRels}, {"word/document.xml", d.main()}, {"word/styles.xml", docxStyles},
		{"word/header.xml", docxHeader}, {"word/_rels/document.xml.rels", d.relations()}, {"docProps/core.xml", d.properties()},
	}
	for n, p := range d.pictures {
		parts = append(parts, struct{ name, content string }{"word/" + p.part(n), string(p.data)})
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// main is the part that the words are in. The number of the page stands above all pages but the first.
func (d *document) main() string {
	return xmlHead + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
		`xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>` + d.body.String() +
		fmt.Sprintf(`<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="1134" w:right="%d" w:bottom="1134" w:left="%d" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>`,
			pageWidth, pageHeight, marginRight, marginLeft) + `</w:body></w:document>`
}

func (d *document) relations() string {
	const kind = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	one := func(id, what, target string) {
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s%s" Target="%s"/>`, id, kind, what, target)
	}
	one("styles", "styles", "styles.xml")
	one("header", "header", "header.xml")
	for n, p := range d.pictures {
		one(p.id(n), "image", p.part(n))
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

func (d *document) properties() string {
	return xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
		`<dc:title>` + escape(d.title) + `</dc:title><dc:language>vi-VN</dc:language></cp:coreProperties>`
}

// escape writes text as it may stand in XML; what may not stand there at all becomes U+FFFD.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// titleOf is the document's title.
func titleOf(root *html.Node) string {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "title" && n.FirstChild != nil {
			return strings.TrimSpace(n.FirstChild.Data)
		}
	}
	return ""
}
