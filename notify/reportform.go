package notify

import (
	"context"
	"slices"

	"canhcong/notify/paper"
)

// ReportForms are the forms in which a report can be had.
var ReportForms = append(slices.Clone(paper.Forms), paper.XLSX)

// PutReport puts a report into a form: as a paper, or as the tables that it is made of.
func (d *Desk) PutReport(ctx context.Context, r Report, f paper.Form, print paper.Printer) ([]byte, error) {
	if f == paper.XLSX {
		return d.Workbook(r)
	}
	text, err := d.Paper(ctx, r)
	if err != nil {
		return nil, err
	}
	return paper.Set(ctx, f, text, print)
}
