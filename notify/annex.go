package notify

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/jpeg"
	"image/png"
	"slices"

	"canhcong/baseline"
	"canhcong/targets"
)

// Limits of the pictures of one paper.
const (
	mostPaperPictures = 12
	maxPaperPictures  = 8 << 20 // bytes of them
	paperQuality      = 80      // of a JPEG: 40 to 200 KB for the 1280 pixels of both looks (measured)
)

// paperPicture is a defacement before and after, in the annex of a paper.
type paperPicture struct {
	Row     string // its number
	Caption string
	Image   template.URL // a data URL; "" where there is no picture
}

// annex draws what changed the looks of portals, before and after: each incident once, those first that are worst where they
// are too many, in the order in which they began. left says how many have no place. A picture that cannot be drawn any more
// is said to be missing: the paper is made all the same.
func (d *Desk) annex(ctx context.Context, r Report) (list []paperPicture, left int, err error) {
	shown, left := pictured(r.Episodes)
	size := 0
	for n, e := range shown {
		if size > maxPaperPictures {
			return list, left + len(shown) - n, nil
		}
		i := e.Incident
		raw, err := d.paperImage(ctx, i)
		if ctx.Err() != nil {
			return nil, 0, fmt.Errorf("draw the annex: %w", ctx.Err())
		}
		one := paperPicture{Row: officialCount(n + 1), Caption: fmt.Sprintf("%s (%s), sự cố %s, cảnh báo lúc %s, mức độ %s, %s", plain(i.Site.Host()), cmp.Or(plain(i.Site.Unit.Name), "chưa rõ đơn vị"),
			i.Number, officialMoment(e.OpenedAt), i.Severity.Text(targets.Vietnamese), findingWords(e.Finding))}
		if err != nil {
			d.log.Warn("a report goes without a picture", "incident", i.Number, "error", err)
		} else {
			one.Image = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(raw)) //nolint:gosec // it is a picture that we have drawn
		}
		size += len(one.Image)
		list = append(list, one)
	}
	return list, left, nil
}

// pictured chooses the episodes whose pictures a paper shows: changes of looks that nobody found to be nothing.
func pictured(all []Episode) (shown []Episode, left int) {
	seen := map[int64]bool{}
	for _, e := range all {
		if e.Incident.Concern == baseline.ConcernContent && e.Finding != FoundFalse && e.Finding != FoundLegitimate && !seen[e.Incident.ID] {
			seen[e.Incident.ID] = true
			shown = append(shown, e)
		}
	}
	if left = len(shown) - mostPaperPictures; left <= 0 {
		return shown, 0
	}
	slices.SortStableFunc(shown, func(a, b Episode) int { return cmp.Compare(rank(b.Incident.Severity), rank(a.Incident.Severity)) })
	shown = shown[:mostPaperPictures]
	slices.SortStableFunc(shown, func(a, b Episode) int { return a.OpenedAt.Compare(b.OpenedAt) })
	return shown, left
}

// paperImage draws the approved look of an incident's site beside its worst one, as JPEG.
func (d *Desk) paperImage(ctx context.Context, i Incident) ([]byte, error) {
	v, err := d.judge.Verdict(ctx, i.WorstVerdictID)
	if err != nil {
		return nil, err
	}
	raw, note, err := d.picture(ctx, v)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, fmt.Errorf("draw incident %s: %s", i.Number, note)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("draw incident %s: %w", i.Number, err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: paperQuality}); err != nil {
		return nil, fmt.Errorf("draw incident %s: %w", i.Number, err)
	}
	return out.Bytes(), nil
}
