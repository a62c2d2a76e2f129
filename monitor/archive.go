package monitor

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"canhcong/targets"
)

// ErrNotFound is returned (wrapped) when a named observation or artefact does not exist.
var ErrNotFound = errors.New("not found")

// Archive keeps what was seen: observations in the database, and pages and pictures as files named by their SHA-256, so
// that a page that never changes is kept once.
type Archive struct {
	db    *targets.DB
	root  *os.Root
	files shelf
}

// NewArchive opens the archive whose files are under dir, which it creates.
func NewArchive(db *targets.DB, dir string) (*Archive, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the artefact folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the artefact folder: %w", err)
	}
	return &Archive{db: db, root: root}, nil
}

// Close releases the artefact folder.
func (a *Archive) Close() error { return a.root.Close() }

// Save writes the artefacts of a look, then its row, and fills o.ID and the artefact hashes. Artefacts come first: a row
// never names a file that a crash kept from being written. On a full disk a row without its artefacts may still be written; the
// error says what could not, and an ID of 0 that not even the row.
func (a *Archive) Save(ctx context.Context, o *Observation, r Rendering) error {
	var lost error
	if o.Page != nil {
		if err := a.savePage(o, r); err != nil {
			lost = fmt.Errorf("save the page of %s: %w", o.Site.URL, err)
			o.PageHash, o.Screenshot, o.Thumbnail = "", "", ""
		}
	}
	if lost != nil && !targets.CannotWrite(lost) {
		return lost
	}
	if err := a.insert(ctx, o); err != nil {
		o.ID = 0
		return errors.Join(lost, fmt.Errorf("save the observation of %s: %w", o.Site.URL, err))
	}
	return lost
}

func (a *Archive) savePage(o *Observation, r Rendering) (err error) {
	packed, err := packPage(o.Page)
	if err != nil {
		return err
	}
	if o.PageHash, err = a.put(packed); err != nil {
		return err
	}
	if len(r.Screenshot) > 0 {
		if o.Screenshot, err = a.put(r.Screenshot); err != nil {
			return err
		}
	}
	if o.Page.Visual != nil && len(o.Page.Visual.GrayPNG) > 0 {
		o.Thumbnail, err = a.put(o.Page.Visual.GrayPNG)
	}
	return err
}

// Observation returns one observation with its page. The error wraps ErrNotFound.
func (a *Archive) Observation(ctx context.Context, id int64) (Observation, error) {
	o, err := a.find(ctx, id)
	if err != nil {
		return Observation{}, fmt.Errorf("read observation %d: %w", id, err)
	}
	if o.PageHash == "" {
		return o, nil
	}
	if o.Page, err = a.page(o); err != nil {
		return Observation{}, fmt.Errorf("read the page of observation %d: %w", id, err)
	}
	return o, nil
}

func (a *Archive) page(o Observation) (*Page, error) {
	packed, err := a.Artefact(o.PageHash)
	if err != nil {
		return nil, err
	}
	p, err := unpackPage(packed)
	if err != nil {
		return nil, err
	}
	if p.Visual != nil && o.Thumbnail != "" {
		if p.Visual.GrayPNG, err = a.Artefact(o.Thumbnail); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Observations returns the newest observations of a site, newest first, without their pages.
func (a *Archive) Observations(ctx context.Context, siteID int64, limit int) ([]Observation, error) {
	list, err := a.newest(ctx, siteID, limit)
	if err != nil {
		return nil, fmt.Errorf("read the observations of site %d: %w", siteID, err)
	}
	return list, nil
}

// Artefact returns the bytes stored under a hash. The error wraps ErrNotFound, or says that the file was damaged.
func (a *Archive) Artefact(hash string) ([]byte, error) {
	if len(hash) != hex.EncodedLen(sha256.Size) {
		return nil, fmt.Errorf("artefact %q: %w", hash, ErrNotFound)
	}
	b, err := a.root.ReadFile(artefactPath(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("artefact %s: %w", hash, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read artefact %s: %w", hash, err)
	}
	if hashOf(b) != hash {
		return nil, fmt.Errorf("artefact %s is damaged: its bytes have another SHA-256", hash)
	}
	return b, nil
}

// put stores bytes under their hash: written beside, synced, then renamed, so that a file that exists is whole.
func (a *Archive) put(b []byte) (hash string, err error) {
	hash = hashOf(b)
	name := artefactPath(hash)
	a.files.mu.RLock() // nothing is swept away between here and where the file is known to be wanted
	defer a.files.mu.RUnlock()
	if info, err := a.root.Stat(name); err == nil && info.Size() == int64(len(b)) {
		return hash, a.touch(name, info)
	}
	if err := a.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return "", fmt.Errorf("create an artefact folder: %w", err)
	}
	fresh := name + "." + rand.Text() // two looks may store the same bytes at once
	if err := a.writeSynced(fresh, b); err != nil {
		return "", errors.Join(fmt.Errorf("write artefact %s: %w", hash, err), a.root.Remove(fresh))
	}
	if err := a.root.Rename(fresh, name); err != nil {
		return "", fmt.Errorf("name artefact %s: %w", hash, err)
	}
	a.files.grew(int64(len(b)))
	return hash, a.syncFolder(path.Dir(name))
}

func (a *Archive) writeSynced(name string, b []byte) error {
	f, err := a.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

func (a *Archive) syncFolder(name string) error {
	d, err := a.root.Open(name)
	if err != nil {
		return fmt.Errorf("sync artefact folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func artefactPath(hash string) string { return path.Join(hash[:2], hash) }

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func packPage(p *Page) ([]byte, error) {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if err := errors.Join(json.NewEncoder(z).Encode(p), z.Close()); err != nil {
		return nil, fmt.Errorf("pack a page: %w", err)
	}
	return buf.Bytes(), nil
}

// maxPageBytes bounds what an artefact may unpack to; extraction keeps pages far below it.
const maxPageBytes = 64 << 20

func unpackPage(packed []byte) (*Page, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack a page: %w", err)
	}
	var p Page
	if err := json.NewDecoder(io.LimitReader(z, maxPageBytes)).Decode(&p); err != nil {
		return nil, fmt.Errorf("unpack a page: %w", err)
	}
	return &p, nil
}
