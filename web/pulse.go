package web

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"canhcong/monitor"
)

// stall says how many sites are not looked at as they should be; both are 0 while it is few enough to be chance.
type stall struct {
	Overdue int // sites whose look is overdue
	Faulty  int // sites that our own browser or network fails at, again and again
}

// stalled says what of the pulse a person has to know.
func (s *Server) stalled(ctx context.Context) (stall, error) {
	p, err := s.alarming(ctx)
	return stall{Overdue: p.Overdue, Faulty: p.Faulty}, err
}

// alarming asks monitor whether looking keeps up. A console that cannot ask knows of nothing.
func (s *Server) alarming(ctx context.Context) (monitor.Pulse, error) {
	if s.pulse == nil {
		return monitor.Pulse{}, nil
	}
	p, err := s.pulse(ctx)
	if err != nil {
		return monitor.Pulse{}, fmt.Errorf("ask whether looking keeps up: %w", err)
	}
	return p.Alarming(), nil
}

// failedJobs returns the names of the daily jobs whose last run failed.
func (s *Server) failedJobs(ctx context.Context) ([]string, error) {
	if s.failing == nil {
		return []string{}, nil
	}
	failing, err := s.failing(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for the daily jobs: %w", err)
	}
	return slices.AppendSeq([]string{}, maps.Keys(failing)), nil
}
