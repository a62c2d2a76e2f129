package monitor

import (
	"context"
	"net"

	"canhcong/monitor/egress"
)

// Dialer connects to servers.
type Dialer struct {
	Hosts  Hosts
	Policy egress.Policy
}

// DialContext connects.
func (d Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{}
	to := d.Hosts.Address(host, port)
	if to == address {
		dialer.ControlContext = d.Policy.Control
	}
	return dialer.DialContext(ctx, network, to)
}
