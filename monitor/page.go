package monitor

// Role is the part a host plays in a page.
type Role string

// The roles of hosts.
const (
	RoleScript Role = "script"
	RoleFrame  Role = "frame"
	RoleStyle  Role = "style"
	RoleImage  Role = "image"
	RoleMedia  Role = "media"
	RoleForm   Role = "form"
	RoleLink   Role = "link"
	RoleFetch  Role = "fetch" // fetch, XHR, WebSocket, EventSource
)

// Page is what a browser extracted from one rendered page, outside the page's JavaScript world. It is stored as JSON so
// that a later version of the judge can judge it again; fields are only ever added.
type Page struct {
	Title     string            `json:"title"`
	Lang      string            `json:"lang,omitempty"`
	Meta      map[string]string `json:"meta,omitempty"` // by lower-case name: description, og:title, canonical, refresh …
	Blocks    []Block           `json:"blocks"`         // text in document order, one entry per block unit
	Links     []Link            `json:"links"`
	Hosts     map[Role][]string `json:"hosts"` // sorted host names without port
	Scripts   []Script          `json:"scripts,omitempty"`
	Forms     []Form            `json:"forms,omitempty"`
	Images    []Image           `json:"images,omitempty"`
	TagPaths  map[string]int    `json:"tag_paths,omitempty"` // "body/div.news/ul/li" → how often
	Dialogs   []Dialog          `json:"dialogs,omitempty"`
	Redirects []Redirect        `json:"redirects,omitempty"` // navigations of the main frame, in order
	Failed    []Resource        `json:"failed,omitempty"`    // sub-resources that did not arrive
	Loaded    []Resource        `json:"loaded,omitempty"`    // first-party styles, scripts and images that did
	Downloads []string          `json:"downloads,omitempty"` // addresses the page tried to download
	Width     int               `json:"width"`               // of the document, CSS pixels
	Height    int               `json:"height"`
	Nodes     int               `json:"nodes"`
	Overlays  []Overlay         `json:"overlays,omitempty"`  // what lies over the first screen
	Server    string            `json:"server,omitempty"`    // what the server calls itself
	Version   int               `json:"version,omitempty"`   // of the extraction; see PageVersion
	Truncated bool              `json:"truncated,omitempty"` // a limit cut the extraction short
	Partial   string            `json:"partial,omitempty"`   // why the page never settled; "" when it did
	RealTime  bool              `json:"real_time,omitempty"`
	Visual    *Visual           `json:"visual,omitempty"` // nil when no picture could be taken
}

// PartialHeavy is in the Partial of a page that was ended because it filled the memory.
const PartialHeavy = "the page took too much memory"

// PageVersion is the version of the extraction, which tells what a page lacks from what was not looked for when it was seen.
// 1: overlays, the icon, other languages and the server are noted.
const PageVersion = 2

// Rect is a place on the page in CSS pixels from its top left corner.
type Rect struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Block is the text of one block-level element: a heading, a paragraph, a list item, a table cell, a run of inline text.
type Block struct {
	Path   string  `json:"path"` // tag path of the element: "body/div.news/ul/li"
	Tag    string  `json:"tag"`  // of the block element, lower case
	Text   string  `json:"text"`
	Rect   Rect    `json:"rect"`
	Font   float64 `json:"font,omitempty"`   // largest font size in it, CSS pixels
	Hidden string  `json:"hidden,omitempty"` // why a person cannot see it; "" when they can
}

// Link is an anchor with an address.
type Link struct {
	URL    string `json:"url"` // absolute
	Text   string `json:"text"`
	Path   string `json:"path"`
	Rect   Rect   `json:"rect"`
	Hidden string `json:"hidden,omitempty"` // as in Block
}

// Script is one script element.
type Script struct {
	Src  string `json:"src,omitempty"`  // absolute, "" when inline
	Hash string `json:"hash,omitempty"` // SHA-256 of an inline body, hexadecimal
	Size int    `json:"size,omitempty"` // bytes of an inline body
	Head string `json:"head,omitempty"` // the first 200 characters of an inline body

	Marks []string `json:"marks,omitempty"` // how an inline body is written, and whether it can send
	Hosts []string `json:"hosts,omitempty"` // that an inline body names in addresses, lower case, at most 30
}

// What is noted of inline scripts: how they hide what they say, and that they can reach out.
const (
	ScriptPacked    = "packed"     // eval(function(p,a,c,k,e,d)
	ScriptDecodes   = "decodes"    // runs or writes what it decodes, or decodes 200 characters and more
	ScriptCharCodes = "char-codes" // 30 or more in one call
	ScriptHexNames  = "hex-names"  // _0x4f2a and \x68 all over
	ScriptRewrites  = "rewrites"   // puts another document in the place of this one
	ScriptSends     = "sends"      // requests, loads or leads somewhere
)

// Form is one form element.
type Form struct {
	Action string `json:"action"` // absolute
	Method string `json:"method,omitempty"`
}

// Image is one visible image of the page.
type Image struct {
	Src  string `json:"src"`
	Alt  string `json:"alt,omitempty"`
	Rect Rect   `json:"rect"`
}

// Overlay is an element that is laid over the page and covers a large part of the first screen, or hides what is there.
// Shares are from 0 to 1, in steps of a hundredth.
type Overlay struct {
	Path     string   `json:"path"`
	Tag      string   `json:"tag"`
	Position string   `json:"position"` // as computed: fixed, absolute, sticky, relative, static
	Z        int      `json:"z,omitempty"`
	Rect     Rect     `json:"rect"`
	Share    float64  `json:"share"`              // of the first screen, covered by its box
	Opaque   float64  `json:"opaque,omitempty"`   // of the first screen, where its own colours and pictures are on top
	Hides    float64  `json:"hides,omitempty"`    // of the other texts and pictures there, which lie behind it
	Picture  float64  `json:"picture,omitempty"`  // of the first screen, covered by the largest picture in it
	Text     string   `json:"text,omitempty"`     // that can be read in it, the beginning
	Pictures []string `json:"pictures,omitempty"` // addresses, or what draws them: svg, canvas, gradient
	Frames   []string `json:"frames,omitempty"`   // addresses
	Links    []string `json:"links,omitempty"`    // hosts that links in it lead to
	Exits    int      `json:"exits,omitempty"`    // what can be clicked in it and leads to no other page: ways to close it
}

// Dialog is an alert, confirm, prompt or beforeunload that the page opened. It was answered with "cancel".
type Dialog struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Redirect is one step of the main frame to another address.
type Redirect struct {
	URL    string `json:"url"`
	Status int    `json:"status,omitempty"` // of the redirecting response; 0 for a client-side one
	How    string `json:"how"`              // "http" or "client" (script or meta refresh)
}

// Resource is a sub-resource of the page.
type Resource struct {
	URL    string `json:"url"`
	Role   Role   `json:"role"`
	Reason string `json:"reason,omitempty"` // net::ERR_… or "HTTP 404"
}

// Rendering is what a Browser returns: the page, its picture, and how the look went.
type Rendering struct {
	Page
	FinalURL   string
	Status     int
	Header     map[string]string // selected response headers of the main document, lower-case names
	NetError   string            // the browser's net error when no main document arrived ("net::ERR_NAME_NOT_RESOLVED")
	Screenshot []byte            // PNG of the viewport, 1366×768; empty when none could be taken
}

// Viewport of every render.
const (
	ViewportWidth  = 1366
	ViewportHeight = 768
)

// Visual is the measure of a screenshot that comparisons are made with.
type Visual struct {
	DHash   [4]uint64 `json:"dhash"`  // goimagehash ExtDifferenceHash 16×16
	Dark    float64   `json:"dark"`   // share of pixels darker than 40 of 255
	White   float64   `json:"white"`  // share of pixels brighter than 245 of 255
	Colour  float64   `json:"colour"` // mean saturation, 0 to 1: 0 is a grey page
	GrayPNG []byte    `json:"-"`      // the thumbnail artefact: 256×192 grey PNG
	Flat    bool      `json:"flat"`   // nearly one colour, so that a hash means nothing
}

// Size of the grey thumbnail, which tiles are cut from.
const (
	ThumbnailWidth  = 256
	ThumbnailHeight = 192
)
