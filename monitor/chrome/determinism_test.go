package chrome

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/gif"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"canhcong/monitor"
)

// lively is a page on which everything moves: a carousel and a clock by timer, CSS animations and transitions, a marquee,
// a script animation, an animated GIF, and answers that come late at random.
func lively() site {
	return site{
		"/": markup(`<style>
			@keyframes run{from{transform:translateX(0)}to{transform:translateX(600px)}} .run{width:80px;height:40px;background:#c00;animation:run 2s infinite}
			@keyframes fade{from{opacity:0}to{opacity:1}} .fade{animation:fade 5s}
			@keyframes hue{from{background:#fff}to{background:#f80}} .hue{width:200px;height:40px;animation:hue 1s infinite alternate}
			.slide{display:none;width:600px;height:120px} .slide.on{display:block} .grow{width:10px;height:10px;background:#070;transition:width 4s}
			</style>
			<h1>Cổng thông tin điện tử</h1><div class="run"></div><div class="hue"></div><p class="fade">Thông báo khẩn</p>
			<div class="slide on" style="background:#036"></div><div class="slide" style="background:#360"></div><div class="slide" style="background:#603"></div>
			<marquee>Chào mừng ngày Giải phóng thủ đô</marquee><div style="display:flex"><b id="side"></b><marquee style="flex:1" scrollamount="4">Nhiệt liệt chào mừng các ngày lễ lớn; Lịch tiếp công dân định kỳ của lãnh đạo tỉnh vào thứ Năm tuần thứ hai hằng tháng</marquee></div><div id="waapi" style="width:50px;height:50px;background:#09f"></div>
			<img src="/new.gif" width="64" height="64"><img src="/late.gif" width="32" height="32"><p id="clock"></p><p id="api"></p><div class="grow"></div>
			<script>
			let n=0; setInterval(()=>{document.getElementById('side').textContent=new Date().toLocaleString('vi-VN')},1000); const slides=document.querySelectorAll('.slide');
			setInterval(()=>{slides[n].classList.remove('on'); n=(n+1)%3; slides[n].classList.add('on')},3000);
			setInterval(()=>{document.getElementById('clock').textContent=new Date().toLocaleString('vi-VN')},1000);
			document.getElementById('waapi').animate([{marginLeft:'0px'},{marginLeft:'500px'}],{duration:3000,iterations:Infinity});
			document.getElementById('waapi').animate([{transform:'rotate(0)'},{transform:'rotate(360deg)'}],{duration:2500,iterations:Infinity});
			fetch('/api').then(r=>r.text()).then(t=>document.getElementById('api').textContent=t);
			requestAnimationFrame(()=>document.querySelector('.grow').style.width='400px');
			</script>`),
		"/new.gif":  blinking(0),
		"/late.gif": blinking(150 * time.Millisecond),
		"/api": func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
			_, _ = w.Write([]byte("Nhiệt độ: 25 độ"))
		},
	}
}

// blinking serves an animated GIF, up to delay late.
func blinking(delay time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if delay > 0 {
			time.Sleep(rand.N(delay))
		}
		var g gif.GIF
		for _, c := range []color.Color{color.White, color.RGBA{R: 255, A: 255}, color.RGBA{B: 255, A: 255}} {
			frame := image.NewPaletted(image.Rect(0, 0, 32, 32), color.Palette{c})
			g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 20)
		}
		w.Header().Set("Content-Type", "image/gif")
		_ = gif.EncodeAll(w, &g)
	}
}

func TestPictureIsTheSameToTheByte(t *testing.T) {
	t.Parallel()
	url := lively().serve(t)
	b := open(t)
	var first monitor.Rendering
	for i := range 6 {
		got := render(t, b, monitor.RenderRequest{URL: url})
		if got.Partial != "" || len(got.Screenshot) == 0 {
			t.Fatalf("look %d: partial %q, picture of %d bytes", i, got.Partial, len(got.Screenshot))
		}
		if i == 0 {
			first = got
			continue
		}
		if !bytes.Equal(got.Screenshot, first.Screenshot) {
			t.Errorf("look %d: picture %s, want %s", i, sum(got.Screenshot), sum(first.Screenshot))
		}
		if have, want := visible(got.Page), visible(first.Page); have != want {
			t.Errorf("look %d: text %q, want %q", i, have, want)
		}
	}
}

// sum names bytes briefly.
func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:6])
}
