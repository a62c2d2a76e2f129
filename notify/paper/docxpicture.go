package paper

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/jpeg" // papers may have pictures of both kinds
	_ "image/png"
	"strings"

	"golang.org/x/net/html"
)

const (
	emuPerPixel = 9525 // English metric units, at 96 pixels an inch
	emuPerTwip  = 635
	highest     = 13000 // of a picture, in twentieths of a point: less than a page
)

// picture writes a picture that is in the paper, in its own size but no wider than its column. One that cannot be read is
// left out: its alternative text stands in its place.
func (d *document) picture(n *html.Node, at place) string {
	data, ok := dataURL(attribute(n, "src"))
	config, kind, err := image.DecodeConfig(bytes.NewReader(data))
	alt := attribute(n, "alt")
	if !ok || err != nil || kind != "png" && kind != "jpeg" || config.Width <= 0 || config.Height <= 0 {
		if alt == "" {
			return ""
		}
		return d.run("["+alt+"]", face{size: at.size, italic: true})
	}
	width, height := config.Width*emuPerPixel, config.Height*emuPerPixel
	if widest := at.width * emuPerTwip; width > widest {
		width, height = widest, height*widest/width
	}
	if tallest := highest * emuPerTwip; height > tallest {
		width, height = width*tallest/height, tallest
	}
	p := picture{data, kind}
	d.pictures = append(d.pictures, p)
	number := len(d.pictures)
	return fmt.Sprintf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%[1]d" cy="%[2]d"/><wp:docPr id="%[3]d" name="picture%[3]d" descr="%[4]s"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%[3]d" name="picture%[3]d"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="%[5]s"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm>`+
		`<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		width, height, number, escape(alt), p.id(number-1))
}

// dataURL reads what is in an address that holds a picture.
func dataURL(address string) ([]byte, bool) {
	head, body, ok := strings.Cut(address, ",")
	if !ok || !strings.HasPrefix(head, "data:image/") || !strings.HasSuffix(head, ";base64") {
		return nil, false
	}
	data, err := base64.StdEncoding.DecodeString(body)
	return data, err == nil
}
