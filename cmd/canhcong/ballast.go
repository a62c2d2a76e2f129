package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// ballastSize is what is held back for the time when the disk is full: enough for the alerts of that hour and for the
	// database to get smaller, which takes room first.
	ballastSize = 16 << 20
	// ballastLow is how little is free when it is given up, ballastHigh how much when it is held back again.
	ballastLow  = 8 << 20
	ballastHigh = 64 * ballastSize
)

// ballast is a file that only takes up room. On a full disk not even a deletion can be written; then it goes.
type ballast struct{ file string }

func newBallast(data string) ballast { return ballast{filepath.Join(data, "ballast")} }

// trim gives the ballast up, or holds it back again, by how much of the disk is free. dropped says that it was given up now.
func (b ballast) trim(free int64) (dropped bool, err error) {
	if free < ballastLow {
		err := os.Remove(b.file)
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return err == nil, err
	}
	if free < ballastHigh {
		return false, nil
	}
	if info, err := os.Stat(b.file); err == nil && info.Size() == ballastSize {
		return false, nil
	}
	if err := b.hold(); err != nil {
		return false, fmt.Errorf("hold back room on the disk: %w", errors.Join(err, os.Remove(b.file)))
	}
	return false, nil
}

// hold writes the file: a file that was only made long would take no room.
func (b ballast) hold() error {
	f, err := os.OpenFile(b.file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	chunk := make([]byte, 1<<20)
	for n := 0; n < ballastSize && err == nil; n += len(chunk) {
		_, err = f.Write(chunk)
	}
	return errors.Join(err, f.Sync(), f.Close())
}
