package paper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// table writes a table as wide as its column. One of the class plain has no lines: it only sets things side by side.
func (d *document) table(n *html.Node, at place) {
	rows := rowsOf(n)
	widths := columnWidths(n, rows, at.width)
	if len(widths) == 0 {
		return
	}
	plain := slices.Contains(classes(n), "plain")
	at.cell, at.size = true, 21
	lines := ""
	if plain {
		at.size = 26
	} else {
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			lines += `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="auto"/>`
		}
		lines = `<w:tblBorders>` + lines + `</w:tblBorders>`
	}
	if slices.Contains(classes(n), "sign") {
		at.small = 22
	}
	d.body.WriteString(fmt.Sprintf(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/>`, sum(widths)) + lines +
		`<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="68" w:type="dxa"/><w:right w:w="68" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(&d.body, `<w:gridCol w:w="%d"/>`, w)
	}
	d.body.WriteString(`</w:tblGrid>`)
	for _, row := range rows {
		d.row(row, widths, at)
	}
	d.body.WriteString(`</w:tbl>`)
	d.paragraph(shape{align: "left", line: -170, face: face{size: 8}}, "") // or tables that follow one another become one
}

// row writes one row, which is not split between pages. Cells that are missing are empty.
func (d *document) row(n *html.Node, widths []int, at place) {
	at.head = n.Parent.Data == "thead"
	head := ""
	if at.head {
		head = `<w:tblHeader/>`
	}
	d.body.WriteString(`<w:tr><w:trPr><w:cantSplit/>` + head + `</w:trPr>`)
	column := 0
	for _, c := range cellsOf(n) {
		span := min(colspan(c), len(widths)-column)
		if span <= 0 {
			break
		}
		d.cell(c, span, sum(widths[column:column+span]), at)
		column += span
	}
	for ; column < len(widths); column++ {
		d.cell(&html.Node{Type: html.ElementNode, Data: "td"}, 1, widths[column], at)
	}
	d.body.WriteString(`</w:tr>`)
}

// cell writes one cell. A cell has to end with a paragraph.
func (d *document) cell(n *html.Node, span, width int, at place) {
	at.width, at.center = width-2*68, n.Data == "th" || slices.Contains(classes(n), "center")
	at.head = at.head || n.Data == "th"
	fmt.Fprintf(&d.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:gridSpan w:val="%d"/></w:tcPr>`, width, span)
	before := d.body.Len()
	d.blocks(n, at)
	if d.body.Len() == before {
		d.paragraph(shapeOf(n, at), "")
	}
	d.body.WriteString(`</w:tc>`)
}

// rowsOf are the rows of a table, without those of tables in it.
func rowsOf(table *html.Node) (rows []*html.Node) {
	for part := range table.ChildNodes() {
		for row := range part.ChildNodes() {
			if row.Type == html.ElementNode && row.Data == "tr" {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func cellsOf(row *html.Node) (cells []*html.Node) {
	for c := range row.ChildNodes() {
		if c.Type == html.ElementNode && (c.Data == "td" || c.Data == "th") {
			cells = append(cells, c)
		}
	}
	return cells
}

func colspan(cell *html.Node) int {
	n, err := strconv.Atoi(attribute(cell, "colspan"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// mostColumns is more than any paper has.
const mostColumns = 40

// columnWidths shares out the width of a table: as its col elements say in percent, evenly where they do not.
func columnWidths(table *html.Node, rows []*html.Node, width int) []int {
	count := 0
	for _, row := range rows {
		cells := 0
		for _, c := range cellsOf(row) {
			cells += min(colspan(c), mostColumns)
		}
		count = max(count, min(cells, mostColumns))
	}
	widths := make([]int, count)
	for n := range widths {
		widths[n] = width / count
	}
	var given []int
	for n := range table.Descendants() {
		if n.Type == html.ElementNode && n.Data == "col" {
			percent, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(attribute(n, "style"), "width:")), "%")
			if share, err := strconv.ParseFloat(strings.TrimSpace(percent), 64); err == nil && share > 0 && share <= 100 {
				given = append(given, int(share*float64(width)/100))
			}
		}
	}
	if len(given) == count {
		return given
	}
	return widths
}

func sum(list []int) (total int) {
	for _, n := range list {
		total += n
	}
	return total
}
