package chrome

import (
	"net/http"
	"strings"
)

// acts is a page that greets and then runs a script.
func acts(script string) http.HandlerFunc { return shows("<script>" + script + "</script>") }

// shows is a page that greets and holds more.
func shows(more string) http.HandlerFunc { return markup("<h1>" + greeting + "</h1>" + more) }

// hostileParts are the pages that hostile ones use, and the normal one that is looked at after each of them.
func hostileParts() site {
	return site{
		"/normal":     markup(`<style>h1{color:#a00}</style><h1>Ủy ban nhân dân tỉnh Mẫu</h1><p id="so"></p><script>document.getElementById('so').textContent='Tin số 1'</script>`),
		"/hang":       hang,
		"/events":     events,
		"/flood-data": flood("application/octet-stream"),
		"/other":      markup(`<h1>Trang khác</h1>`),
		"/nested":     markup(`<p>Khung</p><iframe src="/nested?"></iframe><script>document.querySelector('iframe').src='/nested?'+Math.random()</script>`),
		"/ping-a":     acts(`location.replace('/ping-b?'+Math.random())`),
		"/ping-b":     acts(`location.replace('/ping-a?'+Math.random())`),
		"/loop-frame": markup(`<script>for(;;);</script>`),
		"/gzip-style": packed("text/css"),
		"/giant.png":  whitePicture(30_000),
		"/worker.js":  script(`for(;;);`),
		"/service.js": script(`onfetch=e=>e.respondWith(new Response('<h1>Giả mạo</h1>',{headers:{'content-type':'text/html'}}));oninstall=()=>skipWaiting();onactivate=()=>clients.claim()`),
	}
}

func script(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte(text))
	}
}

// hostileScripts are pages whose scripts and markup attack.
func hostileScripts() []hostile {
	return append(append(append(busyPages(), floods()...), bombs()...), intruders()...)
}

// busyPages keep the page's thread busy, or wait for somebody.
func busyPages() []hostile {
	return []hostile{
		{name: "alert loop", text: nothing, never: true, page: acts(`for(;;)alert('Đã bị chiếm quyền')`)},
		{name: "alert loop in real time", text: nothing, never: true, real: true, page: acts(`for(;;)alert('Đã bị chiếm quyền')`)},
		{name: "confirm and prompt", text: nothing, page: acts(`setInterval(()=>{confirm('Có?');prompt('Gì?')},10)`)},
		{name: "beforeunload", page: acts(`onbeforeunload=e=>{e.preventDefault();return 'x'};setTimeout(()=>location='/other',100)`), text: nothing},
		{name: "loop at once", text: nothing, never: true, page: acts(`for(;;);`)},
		{name: "loop later", text: nothing, never: true, page: acts(`setTimeout(()=>{for(;;);},50)`)},
		{name: "loop later in real time", text: nothing, never: true, real: true, page: acts(`setTimeout(()=>{for(;;);},50)`)},
		{name: "loop often", text: nothing, never: true, page: acts(`setInterval(()=>{const end=performance.now()+1e9;for(;performance.now()<end;);},10)`)},
		{name: "loop in a frame", page: shows(`<iframe src="/loop-frame"></iframe>`), text: nothing},
		{name: "loop in a handler", text: nothing, page: acts(`document.addEventListener('DOMContentLoaded',()=>{for(;;);})`)},
		{name: "microtasks", text: nothing, never: true, page: acts(`function f(){Promise.resolve().then(f)};setTimeout(f,20)`)},
		{name: "animation frames", text: nothing, page: acts(`(function f(){const end=performance.now()+40;while(performance.now()<end);requestAnimationFrame(f)})()`)},
		{name: "mutation loop", text: nothing, never: true, page: acts(`new MutationObserver(()=>document.body.dataset.n=Math.random()).observe(document.body,{attributes:true});setTimeout(()=>document.body.dataset.n=1,20)`)},
		{name: "regular expression", page: acts(`setTimeout(()=>/^(a+)+$/.test('a'.repeat(40)+'!'),20)`), text: nothing},
		{name: "recursion", text: nothing, page: acts(`function f(){f()};setInterval(()=>{try{f()}catch{}},1)`)},
		{name: "synchronous request", page: acts(`const r=new XMLHttpRequest;r.open('GET','/hang',false);r.send()`), text: nothing},
		{name: "debugger", text: nothing, page: acts(`setInterval(()=>{debugger},1);for(let i=0;i<1000;i++)eval('debugger')`)},
		{name: "document.write loop", page: acts(`setInterval(()=>document.write('<p>nữa</p>'.repeat(100)),1)`), text: nothing},
		{name: "waits for an image", never: true, says: "never arrived", page: shows(`<img src="/hang">`)},
		{name: "waits for a style", never: true, says: "never arrived", page: shows(`<link rel="stylesheet" href="/hang">`)},
		{name: "waits for a request", page: shows(`<script>fetch('/hang')</script>`)},
		{name: "event source", page: acts(`new EventSource('/events')`)},
		{name: "event source in real time", real: true, page: acts(`new EventSource('/events')`)},
		{name: "slow deface", text: "Bị chiếm quyền", page: acts(`setTimeout(()=>document.body.innerHTML='<h1>Bị chiếm quyền</h1>',20000)`)},
		{name: "modal dialog", page: shows(`<dialog><p>Chặn</p></dialog><script>document.querySelector('dialog').showModal()</script>`), text: nothing},
		{name: "history", text: nothing, page: acts(`setInterval(()=>{history.pushState(0,'','#'+Math.random());history.back()},5)`)},
	}
}

// floods open, send or ask without end.
func floods() []hostile {
	return []hostile{
		{name: "popups", text: nothing, page: acts(`setInterval(()=>window.open('/other'),20)`)},
		{name: "popups by clicks", text: nothing, page: shows(`<a id="a" href="/other" target="_blank">x</a><script>setInterval(()=>document.getElementById('a').click(),10)</script>`)},
		{name: "reloads", never: true, page: acts(`location.reload()`), text: nothing},
		{name: "pushState", text: nothing, page: acts(`let i=0;setInterval(()=>history.pushState(0,'','/gia-mao'+i++),1)`)},
		{name: "fragments", text: nothing, page: acts(`let i=0;setInterval(()=>location.hash=i++,1)`)},
		{name: "frames", page: acts(`setInterval(()=>document.body.append(Object.assign(document.createElement('iframe'),{src:'about:blank'})),1)`), text: nothing},
		{name: "frames in frames", page: shows(`<iframe src="/nested"></iframe>`), text: nothing},
		{name: "workers", page: acts(`for(let i=0;i<40;i++)new Worker('/worker.js')`), text: nothing},
		{name: "console", text: nothing, page: acts(`setInterval(()=>{for(let i=0;i<1000;i++)console.log('x'.repeat(1000))},1)`)},
		{name: "requests", page: acts(`setInterval(()=>{for(let i=0;i<20;i++)fetch('/other?'+Math.random()).catch(()=>{})},1)`), text: nothing},
		{name: "sockets", page: acts(`setInterval(()=>{for(let i=0;i<5;i++)new WebSocket('ws://'+location.host+'/other')},1)`), text: nothing},
		{name: "peer connections", text: nothing, page: acts(`for(let i=0;i<60;i++){const c=new RTCPeerConnection({iceServers:[{urls:'stun:127.0.0.1:9'}]});c.createDataChannel('x');c.createOffer().then(o=>c.setLocalDescription(o)).catch(()=>{})}`)},
		{name: "messages", page: acts(`onmessage=()=>{postMessage(1,'*');postMessage(1,'*')};postMessage(1,'*')`), text: nothing},
		{name: "beacons", text: nothing, page: acts(`setInterval(()=>navigator.sendBeacon('/other','x'.repeat(1000)),1)`)},
		{name: "downloads", text: nothing, page: acts(`setInterval(()=>{const a=document.createElement('a');a.href='data:application/octet-stream,x';a.download='` + downloadName + `.bin';a.click()},20)`)},
	}
}

// bombs fill the memory or take for ever to lay out.
func bombs() []hostile {
	return []hostile{
		{name: "heap", memory: true, text: nothing, page: acts(`const a=[];for(;;)a.push(new Array(1e6).fill({}))`)},
		{name: "strings", memory: true, text: nothing, page: acts(`const a=[];setInterval(()=>{for(let i=0;i<50;i++)a.push('x'.repeat(1e6)+i+Math.random())},1)`)},
		{name: "buffers", memory: true, text: nothing, page: acts(`const a=[];setInterval(()=>{const b=new Uint8Array(2e7);b.fill(1);a.push(b)},5)`)},
		{name: "buffers at once", memory: true, text: nothing, page: acts(`const a=[];for(;;){const b=new Uint8Array(5e7);b.fill(1);a.push(b)}`)},
		{name: "buffers of a worker", memory: true, text: nothing, page: acts(`new Worker(URL.createObjectURL(new Blob(['const a=[];for(;;){const b=new Uint8Array(5e7);b.fill(1);a.push(b)}'])))`)},
		{name: "WebAssembly", memory: true, text: nothing, page: acts(`const a=[];setInterval(()=>{const m=new WebAssembly.Memory({initial:400});new Uint8Array(m.buffer).fill(1);a.push(m)},5)`)},
		{name: "canvas", memory: true, text: nothing, page: acts(`const a=[];setInterval(()=>{const c=document.createElement('canvas');c.width=c.height=4000;const x=c.getContext('2d',{willReadFrequently:true});x.fillRect(0,0,4000,4000);x.getImageData(0,0,4000,4000);a.push(c)},5)`)},
		{name: "nodes", text: nothing, page: acts(`let h='';for(let i=0;i<120000;i++)h+='<i>x</i>';document.body.insertAdjacentHTML('beforeend',h)`)},
		{name: "a million nodes", text: nothing, memory: true, page: shows(strings.Repeat(`<b>`, 1) + `<script>const d=document.createDocumentFragment();for(let i=0;i<1e6;i++)d.append(document.createElement('i'));document.body.append(d)</script>`)},
		{name: "depth", text: nothing, page: acts(`let e=document.body;for(let i=0;i<100000;i++){const c=document.createElement('div');e.append(c);e=c}`)},
		{name: "depth in the markup", text: nothing, page: shows(strings.Repeat("<div>", 100_000))},
		{name: "ten million pixels", page: shows(`<div style="height:10000000px;width:10000000px;background:linear-gradient(red,blue)"></div>`)},
		{name: "title", text: nothing, page: shows(`<script>document.title='Tiêu đề '.repeat(600000)</script>`)},
		{name: "attributes", text: nothing, page: shows(`<p title="` + strings.Repeat("x", 3<<20) + `">Dài</p>`)},
		{name: "one line", text: nothing, page: shows(`<p style="white-space:nowrap">` + strings.Repeat("dài", 1<<20) + `</p>`)},
		{name: "svg", text: nothing, page: shows(svgBomb(9))},
		{name: "css selectors", text: nothing, page: shows(`<style>` + strings.Repeat(`:has(:has(*+*)) :not(:nth-last-child(2n+1)) *{color:#111}`, 300) + `</style>` + strings.Repeat("<i><b>x</b></i>", 3000))},
		{name: "css shadows", text: nothing, page: shows(`<style>p{box-shadow:0 0 900px 900px red,0 0 900px 900px blue;filter:blur(900px);backdrop-filter:blur(500px)}</style>` + strings.Repeat("<p>x</p>", 2000))},
		{name: "css variables", text: nothing, page: shows(cssBomb(24))},
		{name: "nested tables", text: nothing, page: shows(strings.Repeat("<table><tr><td>", 400) + "x")},
		{name: "layout in turns", text: nothing, page: acts(`document.body.insertAdjacentHTML('beforeend','<div style="display:flex"><p>x</p></div>'.repeat(5000));setInterval(()=>{for(const p of document.querySelectorAll('p')){p.style.width=Math.random()*99+'px';p.offsetWidth}},1)`)},
		{name: "combining characters", text: nothing, page: shows(`<p>Z` + strings.Repeat("\u0301\u0323", 50_000) + `</p>`)},
		{name: "shadow trees", text: nothing, page: acts(`let e=document.body;for(let i=0;i<3000;i++){const c=document.createElement('div');e.append(c);e=c.attachShadow({mode:'closed'})}`)},
	}
}

// svgBomb is the "billion laughs" of SVG: 10^levels copies of one shape.
func svgBomb(levels int) string {
	var s strings.Builder
	s.WriteString(`<svg width="100" height="100"><defs><path id="a0" d="M0 0L9 9"/>`)
	for i := range levels {
		id, next := string(rune('0'+i)), string(rune('1'+i))
		s.WriteString(`<g id="a` + next + `">` + strings.Repeat(`<use href="#a`+id+`"/>`, 10) + `</g>`)
	}
	return s.String() + `</defs><use href="#a` + string(rune('0'+levels)) + `"/></svg>`
}

// cssBomb doubles a custom property so many times.
func cssBomb(times int) string {
	var s strings.Builder
	s.WriteString(`<style>p{--x0:lol;`)
	for i := range times {
		from, to := string(rune('a'+i)), string(rune('b'+i))
		if i == 0 {
			from = "x0"
		}
		s.WriteString("--" + to + ":var(--" + from + ") var(--" + from + ");")
	}
	return s.String() + `font-family:var(--` + string(rune('a'+times)) + `)}</style><p>x</p>`
}

// intruders ask for what no page may have, and go where none may.
func intruders() []hostile {
	all := []hostile{
		{name: "print", page: acts(`setInterval(()=>window.print(),50)`)},
		{name: "full screen", page: acts(`document.documentElement.requestFullscreen?.().catch(()=>{});document.body.requestPointerLock?.()`)},
		{name: "file chooser", page: shows(`<input type="file" id="f"><script>setInterval(()=>{document.getElementById('f').click();window.showOpenFilePicker?.().catch(()=>{})},50)</script>`)},
		{name: "permissions", page: acts(`navigator.geolocation.getCurrentPosition(()=>{},()=>{});window.Notification?.requestPermission();navigator.mediaDevices?.getUserMedia({audio:true,video:true}).catch(()=>{});navigator.clipboard?.readText().catch(()=>{});navigator.requestMIDIAccess?.().catch(()=>{});navigator.usb?.requestDevice({filters:[]}).catch(()=>{})`)},
		{name: "sound and film", page: shows(`<video autoplay loop src="data:video/mp4;base64,AAAA"></video><script>const c=new AudioContext;const o=c.createOscillator();o.connect(c.destination);o.start();new Audio('/hang').play().catch(()=>{})</script>`)},
		{name: "indexed database", page: acts(`const q=indexedDB.open('x');q.onupgradeneeded=()=>q.result.createObjectStore('s',{autoIncrement:true});q.onsuccess=()=>{const d=q.result;(function f(){const t=d.transaction('s','readwrite');for(let i=0;i<4;i++)t.objectStore('s').add(new Uint8Array(1e6));t.oncomplete=f})()}`), text: nothing},
		{name: "local storage", page: acts(`for(let i=0;i<2000;i++)try{localStorage['k'+i]='x'.repeat(1e5)}catch{break};for(let i=0;i<500;i++)document.cookie='c'+i+'='+'x'.repeat(3000)`)},
		{name: "cache storage", page: acts(`caches?.open('x').then(async c=>{for(let i=0;;i++)await c.put('/k'+i,new Response('x'.repeat(1e6)))}).catch(()=>{})`), text: nothing},
		{name: "service worker", page: acts(`navigator.serviceWorker?.register('/service.js').then(()=>setTimeout(()=>location='/other',500)).catch(()=>{})`), text: nothing},
		{name: "shared memory", page: acts(`try{const m=new SharedArrayBuffer(1<<20);Atomics.wait(new Int32Array(m),0,0)}catch{}`)},
		{name: "crash", address: "chrome://crash", text: nothing},
		{name: "a page of the browser", address: "chrome://version", text: nothing},
		{name: "a file", address: "file:///etc/passwd", text: nothing},
		{name: "ends in another scheme", page: acts(`setTimeout(()=>location='data:text/html,<h1>x</h1>',20)`)},
		{name: "blob", page: acts(`location=URL.createObjectURL(new Blob(['<h1>Trang blob</h1>'],{type:'text/html'}))`), text: nothing},
	}
	for _, to := range []string{"chrome://settings", "file:///etc/passwd", "javascript:for(;;);", "mailto:a@tinhmau.gov.vn", "zalo://chat", "tel:113", "view-source:about:blank", "about:blank", "filesystem:x", "ftp://127.0.0.1/"} {
		all = append(all, hostile{name: "goes to " + to, page: acts(`setTimeout(()=>location='` + to + `',20)`), text: nothing})
	}
	return all
}
