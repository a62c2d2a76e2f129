package monitor

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/corona10/goimagehash"
	"golang.org/x/image/draw"
)

// maxPixels bounds what is decoded: a picture of a viewport has about one million.
const maxPixels = 20_000_000

// flatDeviation is the standard deviation of grey below which a picture has no structure that a hash could describe: white,
// black and red pages then collide (goimagehash v1.1.0, measured).
const flatDeviation = 3.0

// Measure returns what comparisons need of a screenshot: its difference hash, its shares of dark and white, and a grey
// thumbnail. The picture is PNG; an error says that it could not be read.
func Measure(screenshot []byte) (*Visual, error) {
	img, err := decodePicture(screenshot)
	if err != nil {
		return nil, fmt.Errorf("measure a screenshot: %w", err)
	}
	hash, err := goimagehash.ExtDifferenceHash(img, 16, 16)
	if err != nil {
		return nil, fmt.Errorf("hash a screenshot: %w", err)
	}
	small := image.NewRGBA(image.Rect(0, 0, ThumbnailWidth, ThumbnailHeight))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), img, img.Bounds(), draw.Src, nil)
	v := measureTones(small)
	copy(v.DHash[:], hash.GetHash())
	if v.GrayPNG, err = grayPNG(small); err != nil {
		return nil, err
	}
	return v, nil
}

func decodePicture(b []byte) (image.Image, error) {
	size, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if size.Width <= 0 || size.Height <= 0 {
		return nil, errors.New("the picture is empty")
	}
	if size.Width*size.Height > maxPixels {
		return nil, fmt.Errorf("the picture has %d × %d pixels, more than fits", size.Width, size.Height)
	}
	return png.Decode(bytes.NewReader(b))
}

func measureTones(img *image.RGBA) *Visual {
	var dark, white, sum, squares, saturation float64
	n := float64(ThumbnailWidth * ThumbnailHeight)
	for y := range ThumbnailHeight {
		for x := range ThumbnailWidth {
			c := img.RGBAAt(x, y)
			g := float64(color.GrayModel.Convert(c).(color.Gray).Y)
			sum, squares = sum+g, squares+g*g
			saturation += saturationOf(c)
			switch {
			case g < 40:
				dark++
			case g > 245:
				white++
			}
		}
	}
	mean := sum / n
	return &Visual{Dark: dark / n, White: white / n, Colour: saturation / n, Flat: squares/n-mean*mean < flatDeviation*flatDeviation}
}

// saturationOf is the saturation of the HSV colour model, 0 to 1.
func saturationOf(c color.RGBA) float64 {
	hi, lo := max(c.R, c.G, c.B), min(c.R, c.G, c.B)
	if hi == 0 {
		return 0
	}
	return float64(hi-lo) / float64(hi)
}

func grayPNG(img image.Image) ([]byte, error) {
	gray := image.NewGray(img.Bounds())
	draw.Draw(gray, gray.Bounds(), img, image.Point{}, draw.Src)
	var buf bytes.Buffer
	if err := png.Encode(&buf, gray); err != nil {
		return nil, fmt.Errorf("encode a thumbnail: %w", err)
	}
	return buf.Bytes(), nil
}

// pale tells a picture as walls are drawn: dark on a light ground, with little colour.
func (v *Visual) pale() bool { return v.Dark < 0.4 && v.Colour < 0.35 }
