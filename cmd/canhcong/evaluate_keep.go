package main

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"canhcong/monitor"
)

// kept reads a look that an earlier run kept.
func (r *evaluator) kept(name string) (o monitor.Observation, ok bool, err error) {
	if r.keep == "" {
		return o, false, nil
	}
	f, err := os.Open(r.keptPath(name))
	if errors.Is(err, fs.ErrNotExist) {
		return o, false, nil
	}
	if err != nil {
		return o, false, fmt.Errorf("read what was seen: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err == nil {
		err = gob.NewDecoder(z).Decode(&o)
	}
	if err != nil {
		return o, false, fmt.Errorf("read what was seen in %s (delete it to look again): %w", f.Name(), err)
	}
	return o, true, nil
}

// keepLook writes a look beside its place first, so that an interrupted run leaves nothing half-written.
func (r *evaluator) keepLook(name string, o monitor.Observation) error {
	if r.keep == "" {
		return nil
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := errors.Join(gob.NewEncoder(z).Encode(o), z.Close()); err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	path := r.keptPath(name)
	if err := os.WriteFile(path+".new", packed.Bytes(), 0o600); err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	return os.Rename(path+".new", path)
}

func (r *evaluator) keptPath(name string) string { return filepath.Join(r.keep, name+".gob.gz") }
