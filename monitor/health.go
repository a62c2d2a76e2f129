package monitor

import "time"

// BrowserState is how the browser that renders is.
type BrowserState string

// The states of a browser.
const (
	BrowserOK       BrowserState = "ok"
	BrowserStarting BrowserState = "starting" // for the first time, or after one that ended
	BrowserFailing  BrowserState = "failing"  // it cannot be started, or does not show even a page of our own
)

// BrowserHealth is what a browser says of itself, for whoever watches over the monitor.
type BrowserHealth struct {
	State      BrowserState
	Since      time.Time     // of the state
	Reason     string        // why it fails, in English words for the log
	Success    time.Time     // when it last showed a page, a site's or our own; zero before
	Restarts   int           // browsers started after the first one
	Looks      int           // under way
	Waiting    int           // looks that wait for their turn or for a browser
	OldestWait time.Duration // of the one that waits longest
	Memory     int64         // bytes that the browser and all its tabs take, when it was last measured; 0 when it was not
}
