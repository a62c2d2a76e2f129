package monitor

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"time"
)

// sweepGrace is how old a file must be that no row names before it is taken away: files are written before their rows.
const sweepGrace = time.Hour

// shelf is what is known of the artefact files.
type shelf struct {
	mu sync.RWMutex // held by whoever takes a file away; shared by those who write or rely on one

	counting sync.Mutex
	usage    Usage
	counted  bool
}

// Usage is how much room the archive takes.
type Usage struct {
	Files     int
	Artefacts int64 // bytes
	Database  int64 // bytes, with what waits in its log
}

// grew takes note of a new file.
func (s *shelf) grew(bytes int64) {
	s.counting.Lock()
	defer s.counting.Unlock()
	s.usage.Files++
	s.usage.Artefacts += bytes
}

// Usage returns how much room is taken; ok is false until a sweep has counted the files.
func (a *Archive) Usage() (u Usage, ok bool) {
	a.files.counting.Lock()
	u, ok = a.files.usage, a.files.counted
	a.files.counting.Unlock()
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(a.db.Path + suffix); err == nil {
			u.Database += info.Size()
		}
	}
	return u, ok
}

// touch makes a file young again that is wanted once more, so that it outlives a sweep that does not know of it.
func (a *Archive) touch(name string, info fs.FileInfo) error {
	now := time.Now()
	if now.Sub(info.ModTime()) < sweepGrace/4 {
		return nil
	}
	if err := a.root.Chtimes(name, now, now); err != nil {
		return fmt.Errorf("keep artefact %s: %w", path.Base(name), err)
	}
	return nil
}

// sweep takes away the files that no row names, and counts the rest.
func (a *Archive) sweep(ctx context.Context, now time.Time) (swept int, err error) {
	named, err := a.named(ctx)
	if err != nil {
		return 0, fmt.Errorf("read which artefacts are named: %w", err)
	}
	folders, err := fs.ReadDir(a.root.FS(), ".")
	if err != nil {
		return 0, fmt.Errorf("list the artefact folders: %w", err)
	}
	var u Usage
	for _, folder := range folders {
		if ctx.Err() != nil {
			return swept, ctx.Err()
		}
		n, err := a.sweepFolder(folder.Name(), named, now.Add(-sweepGrace), &u)
		if swept += n; err != nil {
			return swept, fmt.Errorf("sweep artefact folder %s: %w", folder.Name(), err)
		}
	}
	a.files.counting.Lock()
	a.files.usage, a.files.counted = u, true // what was written meanwhile is counted the next time
	a.files.counting.Unlock()
	return swept, nil
}

func (a *Archive) sweepFolder(folder string, named marks, before time.Time, u *Usage) (swept int, err error) {
	files, err := fs.ReadDir(a.root.FS(), folder)
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		name := path.Join(folder, f.Name())
		size, gone, err := a.sweepFile(name, !named.have(f.Name()), before)
		if err != nil {
			return swept, err
		}
		if gone {
			swept++
			continue
		}
		u.Files++
		u.Artefacts += size
	}
	return swept, nil
}

// sweepFile takes a file away that is unwanted and old enough. Names with more than a hash are what a crash left half written.
func (a *Archive) sweepFile(name string, unwanted bool, before time.Time) (size int64, gone bool, err error) {
	if unwanted {
		a.files.mu.Lock()
		defer a.files.mu.Unlock()
	}
	info, err := a.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) { // half written a moment ago, and whole under its own name by now
		return 0, true, nil
	}
	if err != nil {
		return 0, false, err
	}
	if !unwanted || info.ModTime().After(before) {
		return info.Size(), false, nil
	}
	return 0, true, a.root.Remove(name)
}

// marks are the beginnings of the hashes that rows name, sorted. Eight bytes tell millions of files apart; where they should
// not, a file is kept that could go.
type marks []uint64

func (m marks) have(name string) bool {
	mark, ok := markOf(name)
	_, found := slices.BinarySearch(m, mark)
	return ok && found
}

func markOf(hash string) (mark uint64, ok bool) {
	b, err := hex.DecodeString(hash)
	if err != nil || len(b) < 8 {
		return 0, false
	}
	for _, one := range b[:8] {
		mark = mark<<8 | uint64(one)
	}
	return mark, true
}
