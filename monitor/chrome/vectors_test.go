package chrome

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// attacker is the public host that hostile pages come from.
const attacker = "tancong.tinhmau.gov.vn"

// vectors are ways in which a page can make a browser connect somewhere. In each, {U} stands for an http address inside,
// {W} for a web socket's, {S} for an https one, {H} for host and port, {B} for the host alone; {R:code} for an address of the
// attacker that redirects to {U}, and {P:name} for one of the attacker's own documents below (see parts).
var vectors = map[string]string{
	"img":             `<img src="{U}">`,
	"img srcset":      `<img srcset="{U} 1x">`,
	"picture":         `<picture><source srcset="{U}"><img></picture>`,
	"Image()":         `<script>new Image().src="{U}"</script>`,
	"background":      `<div style="background:url({U})">x</div>`,
	"body background": `<table background="{U}"><tr><td>x</table>`,
	"border-image":    `<div style="border:5px solid;border-image:url({U}) 5">x</div>`,
	"list-style":      `<ul><li style="list-style-image:url({U})">x</ul>`,
	"content":         `<style>.c{V}::before{content:url({U})}</style><p class="c{V}">x`,
	"cursor":          `<p style="cursor:url({U}),auto">x`,
	"mask":            `<p style="mask-image:url({U})">x`,
	"@import":         `<style>@import url({U});</style>`,
	"stylesheet":      `<link rel="stylesheet" href="{U}">`,
	"font":            `<style>@font-face{font-family:f{V};src:url({U})}</style><p style="font-family:f{V}">x`,
	"script":          `<script src="{U}"></script>`,
	"module":          `<script type="module" src="{U}"></script>`,
	"import()":        `<script>import("{U}").catch(()=>0)</script>`,
	"fetch no-cors":   `<script>fetch("{U}",{mode:"no-cors"}).catch(()=>0)</script>`,
	"fetch":           `<script>fetch("{U}").catch(()=>0)</script>`,
	"fetch POST":      `<script>fetch("{U}",{method:"POST",body:"x",mode:"no-cors"}).catch(()=>0)</script>`,
	"fetch keepalive": `<script>fetch("{U}",{keepalive:true,mode:"no-cors"}).catch(()=>0)</script>`,
	"XHR":             `<script>{let x=new XMLHttpRequest();x.open("GET","{U}");x.send()}</script>`,
	"XHR sync":        `<script>try{let x=new XMLHttpRequest();x.open("GET","{U}",false);x.send()}catch(e){}</script>`,
	"beacon":          `<script>navigator.sendBeacon("{U}","x")</script>`,
	"WebSocket":       `<script>new WebSocket("{W}")</script>`,
	"EventSource":     `<script>new EventSource("{U}")</script>`,
	"WebTransport":    `<script>try{new WebTransport("{S}").ready.catch(()=>0)}catch(e){}</script>`,
	"iframe":          `<iframe src="{U}"></iframe>`,
	"iframe sandbox":  `<iframe sandbox src="{U}"></iframe>`,
	"iframe srcdoc":   `<iframe srcdoc='<img src="{U}">'></iframe>`,
	"iframe https":    `<iframe src="{S}"></iframe>`,
	"iframe script":   `<iframe src="{P:location}"></iframe>`,
	"iframe meta":     `<iframe src="{P:meta}"></iframe>`,
	"iframe refresh":  `<iframe src="{P:refresh}"></iframe>`,
	"iframe 302":      `<iframe src="{R:302}"></iframe>`,
	"object":          `<object data="{U}"></object>`,
	"embed":           `<embed src="{U}">`,
	"video":           `<video src="{U}" autoplay muted preload="auto"></video>`,
	"poster":          `<video poster="{U}"></video>`,
	"audio":           `<audio src="{U}" autoplay preload="auto"></audio>`,
	"source":          `<video preload="auto"><source src="{U}" type="video/mp4"></video>`,
	"input image":     `<input type="image" src="{U}">`,
	"form GET":        `<iframe name="g{V}"></iframe><form id="fg{V}" target="g{V}" action="{U}"></form><script>document.getElementById("fg{V}").submit()</script>`,
	"form POST":       `<iframe name="p{V}"></iframe><form id="fp{V}" target="p{V}" method="post" action="{U}"><input name="a" value="b"></form><script>document.getElementById("fp{V}").submit()</script>`,
	"popup":           `<script>window.open("{U}")</script>`,
	"popup noopener":  `<a id="a{V}" target="_blank" rel="noopener" href="{U}">x</a><script>document.getElementById("a{V}").click()</script>`,
	"prefetch":        `<link rel="prefetch" href="{U}">`,
	"preload":         `<link rel="preload" as="image" href="{U}">`,
	"modulepreload":   `<link rel="modulepreload" href="{U}">`,
	"preconnect":      `<link rel="preconnect" href="http://{H}">`,
	"dns-prefetch":    `<link rel="dns-prefetch" href="http://{H}">`,
	"manifest":        `<link rel="manifest" href="{U}">`,
	"icon":            `<link rel="icon" href="{U}">`,
	"speculation":     `<script type="speculationrules">{"prefetch":[{"urls":["{U}"],"eagerness":"immediate"}],"prerender":[{"urls":["{U}"],"eagerness":"immediate"}]}</script>`,
	"svg image":       `<svg><image href="{U}" width="9" height="9"/></svg>`,
	"svg use":         `<svg><use href="{U}#x"/></svg>`,
	"svg feImage":     `<svg><filter id="f{V}"><feImage href="{U}"/></filter><rect width="9" height="9" filter="url(#f{V})"/></svg>`,
	"worker import":   `<script>new Worker("{P:worker}")</script>`,
	"shared worker":   `<script>new SharedWorker("{P:worker}")</script>`,
	"blob worker":     `<script>new Worker(URL.createObjectURL(new Blob(['fetch("{U}",{mode:"no-cors"}).catch(()=>0)'])))</script>`,
	"service worker":  `<iframe src="{P:serviceworker}"></iframe>`,
	"csp report":      `<iframe src="{P:csp}"></iframe>`,
	"Link header":     `<iframe src="{P:link}"></iframe>`,
	"img 301":         `<img src="{R:301}">`,
	"img 302":         `<img src="{R:302}">`,
	"img 307":         `<img src="{R:307}">`,
	"script 302":      `<script src="{R:302}"></script>`,
	"style 302":       `<link rel="stylesheet" href="{R:302}">`,
	"fetch 307":       `<script>fetch("{R:307}",{method:"POST",body:"x",mode:"no-cors"}).catch(()=>0)</script>`,
	"events 302":      `<script>new EventSource("{R:302}")</script>`,
	"STUN":            `<script>rtc("stun:{B}:3478")</script>`,
	"TURN UDP":        `<script>rtc("turn:{B}:3478?transport=udp")</script>`,
	"TURN TCP":        `<script>rtc("turn:{H}?transport=tcp")</script>`,
	"TURNS":           `<script>rtc("turns:{B}:443?transport=tcp")</script>`,
	"RTC candidate":   `<script>candidate("{B}",{PORT})</script>`,
}

// rtcScript opens peer connections: with a server inside, and to a peer inside.
const rtcScript = `<script>
function rtc(u){try{let c=new RTCPeerConnection({iceServers:[{urls:u,username:"a",credential:"b"}]});c.createDataChannel("x");c.createOffer().then(o=>c.setLocalDescription(o)).catch(()=>0)}catch(e){}}
async function candidate(h,p){try{let a=new RTCPeerConnection(),b=new RTCPeerConnection();a.createDataChannel("x");await a.setLocalDescription(await a.createOffer());await b.setRemoteDescription(a.localDescription);await b.setLocalDescription(await b.createAnswer());await a.setRemoteDescription(b.localDescription);
for(const t of ["udp 2130706431 "+h+" 3478 typ host","tcp 1518280447 "+h+" "+p+" typ host tcptype passive"])await a.addIceCandidate({candidate:"candidate:1 1 "+t,sdpMid:"0",sdpMLineIndex:0})}catch(e){}}
</script>`

// hostilePage tries every vector against one "host:port" inside. The page itself shows text, so that it settles as others do.
func hostilePage(target string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><meta charset="utf-8"><title>Tấn công</title><h1>Trang tấn công</h1>` + rtcScript)
	for _, name := range sortedNames(vectors) {
		b.WriteString(fill(vectors[name], name, target) + "\n")
	}
	return b.String()
}

// fill writes a vector against a target. The name of the vector is in every address, so that hits can be told apart.
func fill(vector, name, target string) string {
	host, port := target[:strings.LastIndexByte(target, ':')], target[strings.LastIndexByte(target, ':')+1:]
	to := "http://" + target + "/" + url.PathEscape(name)
	vector = strings.NewReplacer("{U}", to, "{W}", "ws"+strings.TrimPrefix(to, "http"), "{S}", "https://"+host+"/"+url.PathEscape(name),
		"{H}", target, "{B}", host, "{PORT}", port, "{V}", strconv.Itoa(len(name))+strconv.Itoa(int(name[0]))).Replace(vector)
	for _, code := range []string{"301", "302", "307"} {
		vector = strings.ReplaceAll(vector, "{R:"+code+"}", "http://"+attacker+"/redirect/"+code+"?to="+url.QueryEscape(to))
	}
	for part := range parts {
		vector = strings.ReplaceAll(vector, "{P:"+part+"}", "http://"+attacker+"/part/"+part+"?to="+url.QueryEscape(to))
	}
	return vector
}

// parts are documents of the attacker that lead inside.
var parts = map[string]func(w http.ResponseWriter, to string){
	"location": func(w http.ResponseWriter, to string) { fmt.Fprintf(w, `<script>location=%q</script>`, to) },
	"meta": func(w http.ResponseWriter, to string) {
		fmt.Fprintf(w, `<meta http-equiv="refresh" content="0;url=%s">`, to)
	},
	"refresh": func(w http.ResponseWriter, to string) {
		w.Header().Set("Refresh", "0; url="+to)
		fmt.Fprint(w, "<p>x")
	},
	"form": func(w http.ResponseWriter, to string) {
		fmt.Fprintf(w, `<form method="post" action="%s"></form><script>document.forms[0].submit()</script>`, to)
	},
	"click": func(w http.ResponseWriter, to string) {
		fmt.Fprintf(w, `<a href="%s">x</a><script>document.links[0].click()</script>`, to)
	},
	"worker": func(w http.ResponseWriter, to string) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprintf(w, `try{importScripts(%q)}catch(e){};fetch(%[1]q,{mode:"no-cors"}).catch(()=>0)`, to)
	},
	"serviceworker": func(w http.ResponseWriter, to string) {
		fmt.Fprintf(w, `<script>navigator.serviceWorker&&navigator.serviceWorker.register("/part/worker?to="+encodeURIComponent(%q)).catch(()=>0)</script>`, to)
	},
	"csp": func(w http.ResponseWriter, to string) {
		w.Header().Set("Content-Security-Policy", "img-src 'none'; report-uri "+to)
		w.Header().Set("Report-To", fmt.Sprintf(`{"group":"a","max_age":999,"endpoints":[{"url":%q}]}`, to))
		fmt.Fprint(w, `<img src="/x">`)
	},
	"link": func(w http.ResponseWriter, to string) {
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel=preload; as=image, <%s>; rel=stylesheet`, to, to))
		w.WriteHeader(http.StatusEarlyHints)
		fmt.Fprint(w, "<p>x")
	},
}

// serveAttacker answers for the attacker's host: the page against a target, redirects, and parts.
func serveAttacker() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/against", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, hostilePage(r.URL.Query().Get("to")))
	})
	mux.HandleFunc("/redirect/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.PathValue("code"))
		w.Header().Set("Location", r.URL.Query().Get("to")) // as it is: http.Redirect would tidy it
		w.WriteHeader(code)
	})
	mux.HandleFunc("/part/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if part := parts[r.PathValue("name")]; part != nil {
			part(w, r.URL.Query().Get("to"))
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { time.Sleep(10 * time.Millisecond); fmt.Fprint(w, "x") })
	return mux
}
