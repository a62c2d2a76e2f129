package web

import (
	"context"
	"fmt"
)

// stall says how many sites are not looked at as they should be; both are 0 while it is few enough to be chance.
type stall struct {
	Overdue int // sites whose look is overdue
	Faulty  int // sites that our own browser or network fails at, again and again
}

// stalled asks monitor whether looking keeps up. A console that cannot ask knows of no stall.
func (s *Server) stalled(ctx context.Context) (stall, error) {
	if s.pulse == nil {
		return stall{}, nil
	}
	p, err := s.pulse(ctx)
	if err != nil {
		return stall{}, fmt.Errorf("ask whether looking keeps up: %w", err)
	}
	p = p.Alarming()
	return stall{Overdue: p.Overdue, Faulty: p.Faulty}, nil
}
