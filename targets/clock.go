package targets

import "time"

// Vietnam is the zone of every time that people read. It has not changed since 1975, and needs no zone files.
var Vietnam = time.FixedZone("+07", 7*60*60)
