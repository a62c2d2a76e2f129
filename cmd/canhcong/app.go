package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"canhcong/targets"
	"canhcong/web"
)

// app is what every subcommand runs with.
type app struct {
	ctx    context.Context
	out    io.Writer
	config config
	data   string
	lang   targets.Language
}

// registry opens the database for a command that only needs the list of sites. The returned function closes it.
func (a *app) registry() (*targets.Registry, func(), error) {
	db, err := a.openDatabase()
	if err != nil {
		return nil, nil, err
	}
	return targets.New(db), func() { db.Close() }, nil
}

func (a *app) openDatabase() (*targets.DB, error) {
	if err := os.MkdirAll(a.data, 0o700); err != nil {
		return nil, fmt.Errorf("create the data directory: %w", err)
	}
	return targets.Open(a.ctx, a.database())
}

func (a *app) database() string { return filepath.Join(a.data, "canhcong.db") }

// hasDatabase says whether the data directory is in use, for commands that need not create one.
func (a *app) hasDatabase() bool {
	_, err := os.Stat(a.database())
	return err == nil
}

// say prints the words of the person's language.
func (a *app) say(vietnamese, english string, args ...any) {
	text := vietnamese
	if a.lang == targets.English {
		text = english
	}
	fmt.Fprintf(a.out, text+"\n", args...)
}

// audit writes to the audit log what somebody did at the command line.
func (a *app) audit(db *targets.DB, action, object, detail string) error {
	return web.AuditLog(db)(a.ctx, operator(), action, object, detail)
}

// keyBytes is the length of the key that baselines are authenticated with (HMAC-SHA-256).
const keyBytes = 32

// baselineKey reads the installation's secret key, and makes one on the first start.
func baselineKey(data string) ([]byte, error) {
	name := filepath.Join(data, "baseline.key")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return createKey(name)
	}
	if err != nil {
		return nil, fmt.Errorf("read the baseline key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("read the baseline key: %s does not hold %d hexadecimal bytes; restore it from a backup", name, keyBytes)
	}
	return key, nil
}

func createKey(name string) ([]byte, error) {
	key := make([]byte, keyBytes)
	rand.Read(key)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create the baseline key: %w", err)
	}
	_, err = fmt.Fprintln(f, hex.EncodeToString(key))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write the baseline key: %w", err)
	}
	return key, nil
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}
