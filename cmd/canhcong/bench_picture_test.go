package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strings"
)

// files are what the simulated portals' pages load, by path. They are the same for every host, and made once.
func simulatedFiles(designs int) map[string][]byte {
	files := map[string][]byte{"/css/khung.css": frameStyle(), "/js/thu-vien.js": libraryScript(), "/js/menu.js": []byte(menuScript), "/js/trang.js": []byte(pageScript)}
	for i := range designs {
		files[fmt.Sprintf("/css/mau-%d.css", i)] = designStyle(i)
	}
	for _, kind := range []struct {
		name             string
		n, width, height int
	}{{"bieu-ngu", 6, 1170, 180}, {"slide", 20, 770, 400}, {"nho", 24, 240, 160}} {
		for i := range kind.n {
			files[fmt.Sprintf("/anh/%s-%d.jpg", kind.name, i)] = photograph(kind.width, kind.height, uint64(i*7+kind.width))
		}
	}
	return files
}

// photograph is a landscape with the grain of a photograph, which makes it as heavy to decode as one.
func photograph(width, height int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 2))
	img := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	a, c := 20+30*r.Float64(), 0.3+r.Float64()
	for y := range height {
		for x := range width {
			hill := float64(height)*0.55 + a*math.Sin(float64(x)/90*c) + a/3*math.Sin(float64(x)/17+c)
			v := 210 - 60*float64(y)/float64(height)
			if float64(y) > hill {
				v = 90 - 30*math.Sin(float64(x+y)/6)
			}
			img.Y[img.YOffset(x, y)] = uint8(min(255, max(0, v+10*r.NormFloat64())))
			at := img.COffset(x, y)
			img.Cb[at], img.Cr[at] = uint8(128+40*math.Sin(c*9+float64(y)/200)), uint8(128-30*math.Cos(c*5+float64(x)/300))
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 75}); err != nil {
		panic(err) // a picture in memory
	}
	return b.Bytes()
}

// frameStyle has the size of a common framework's stylesheet, of which a page uses little.
func frameStyle() []byte {
	var p strings.Builder
	p.WriteString("*,::after,::before{box-sizing:border-box}body{margin:0;font:15px/1.5 'Noto Sans',Arial,sans-serif;color:#222}a{color:#0a58ca;text-decoration:none}ul{list-style:none;margin:0;padding:0}img{max-width:100%;height:auto}\n")
	for i := range 900 {
		fmt.Fprintf(&p, ".k-%d,.k-%d>li,.hang-%d .cot-%d:not(.an){margin:%dpx %dpx;padding:%drem;border-radius:%dpx;flex:0 0 %d%%;transition:color .%ds}\n", i, i, i, i%12, i%9, i%7, i%4, i%12, i%100, i%9)
	}
	for i := range 60 {
		fmt.Fprintf(&p, "@media (min-width:%dpx){.gian-%d{display:flex;width:%d%%}.an-%d{display:none}}\n", 320+i*16, i, i+40, i)
	}
	return []byte(p.String())
}

func designStyle(i int) []byte {
	hue := i * 47 % 360
	return fmt.Appendf(nil, `header,main,.trinh-chieu,.chay-ngang,.doi-tac{width:1170px;margin:0 auto}header img{display:block}
nav{background:hsl(%d 70%% 35%%);position:relative;z-index:5}.menu{display:flex}.menu>li{position:relative;flex:1}.menu>li>a{display:block;padding:12px 10px;color:#fff;font-weight:600;font-size:14px;text-align:center}
.menu .con{position:absolute;display:none;background:#fff;width:240px;box-shadow:0 4px 12px #0004}.menu li:hover .con{display:block}.con a{display:block;padding:6px 10px;border-bottom:1px solid #eee}
.dong-chu{display:flex;gap:12px;background:#f4f4f4;padding:4px 10px;font-size:13px}.dong-chu b{white-space:nowrap}.dong-chu marquee{flex:1}
.trinh-chieu{position:relative;height:400px;overflow:hidden;background:#ddd}.slide{position:absolute;inset:0 200px;margin:0;opacity:0;transition:opacity 1s,transform 1s;transform:translateX(40px)}.slide.hien{opacity:1;transform:none}
figcaption{position:absolute;bottom:0;left:0;right:0;padding:14px;color:#fff;background:linear-gradient(transparent,#000c);font-size:18px}
@keyframes chay{from{transform:translateX(100%%)}to{transform:translateX(-100%%)}}@keyframes nhap{50%%{opacity:.3}}.chay-ngang{overflow:hidden;background:hsl(%d 80%% 94%%)}.chay{animation:chay 18s linear infinite;white-space:nowrap;padding:6px;color:hsl(%d 70%% 30%%)}
main{display:flex;gap:24px;padding:16px 0}.cot-chinh{flex:1}aside{width:300px}h2{border-bottom:3px solid hsl(%d 70%% 40%%);font-size:18px;text-transform:uppercase;color:hsl(%d 70%% 30%%)}h2::after{content:" »";animation:nhap 1s infinite}
.tin{display:block;padding:10px 0;border-bottom:1px dashed #ccc;overflow:hidden}.tin .thumb{float:left;margin-right:12px}.tin h3{font-size:15px;margin:0}.ngay{color:#888;font-size:12px}.tin p{margin:4px 0}
.bang{width:100%%;border-collapse:collapse;font-size:13px}.bang td{border:1px solid #ddd;padding:5px}.hop{border:1px solid #ddd;margin-bottom:14px;padding:0 10px 10px}.hop h4{background:hsl(%d 70%% 40%%);color:#fff;margin:0 -10px 8px;padding:7px 10px}.hop li{padding:4px 0;border-bottom:1px dotted #ccc;font-size:13px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.doi-tac{display:flex;justify-content:space-between;padding:10px 0}footer{background:hsl(%d 60%% 20%%);color:#fff;text-align:center;padding:16px}.bo-cuc-1 main{flex-direction:row-reverse}.bo-cuc-2 .trinh-chieu{height:360px}`,
		hue, hue, hue, hue, hue, hue, hue)
}

// libraryScript has the size of a common library, of which a page runs a part.
func libraryScript() []byte {
	var p strings.Builder
	p.WriteString("(function(w){'use strict';var T={};\n")
	for i := range 420 {
		fmt.Fprintf(&p, "T.f%d=function(a,b){var r=[],i=0;if(!a||typeof a!=='object'){return b===undefined?%d:b}for(var k in a){if(Object.prototype.hasOwnProperty.call(a,k)){r.push([k,a[k],i++])}}r.sort(function(x,y){return String(x[0]).localeCompare(String(y[0]))});return r.map(function(x){return x[1]&&x[1].thuTu!==undefined?x[1].thuTu*%d:x[2]})};\n", i, i, i%13+1)
	}
	p.WriteString("w.TV=T;for(var n=0;n<40;n++){T['f'+n*10]({c:{thuTu:n},a:{thuTu:2},b:{thuTu:3}},n)}})(window);\n")
	return []byte(p.String())
}

const menuScript = `document.addEventListener('DOMContentLoaded',function(){document.querySelectorAll('.menu>li').forEach(function(li,i){li.dataset.thuTu=i;
li.addEventListener('mouseenter',function(){li.classList.add('mo')});li.addEventListener('mouseleave',function(){li.classList.remove('mo')})});
var s=TV.f7(muc);document.body.dataset.muc=s.length;document.querySelectorAll('.hop li a').forEach(function(a){if(a.scrollWidth>a.clientWidth)a.classList.add('dai')})});`

const pageScript = `(function(){var khung=document.getElementById('trinh-chieu'),ds=khung.querySelectorAll('.slide'),n=0;
ds.forEach(function(_,i){var b=document.createElement('button');b.type='button';b.textContent=i+1;khung.querySelector('.nut').appendChild(b)});
setInterval(function(){ds[n].classList.remove('hien');n=(n+1)%ds.length;ds[n].classList.add('hien')},3000);
function gio(){document.getElementById('dong-ho').textContent=new Date().toLocaleString('vi-VN')}gio();setInterval(gio,1000);
fetch('/api/truy-cap').then(function(r){return r.text()}).then(function(t){document.getElementById('truy-cap').textContent='| Hôm nay: '+t});
fetch('/api/thoi-tiet').then(function(r){return r.text()}).then(function(t){document.getElementById('thoi-tiet').textContent=t});
window.addEventListener('load',function(){setTimeout(function(){document.querySelectorAll('.tin').forEach(function(t){t.dataset.cao=t.offsetHeight})},200)})})();`
