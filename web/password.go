package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The cost of one password hash: OWASP's stronger argon2id setting, about 0.15 s on one core.
const (
	argonMemory  = 64 << 10 // KiB
	argonTime    = 3
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// Lengths of a password in characters.
const (
	shortestPassword = 12
	longestPassword  = 128
)

// hasher hashes passwords, a few at a time: each hash takes 64 MiB, so an unlimited number would let anybody who can reach
// the login page fill the memory of the monitor.
type hasher struct {
	slots chan struct{}
	decoy string // hash of a password nobody has, so that an unknown person costs as much time as a known one
}

func newHasher(atOnce int) *hasher {
	h := &hasher{slots: make(chan struct{}, atOnce)}
	h.decoy = phc(make([]byte, argonSalt), make([]byte, argonKey))
	return h
}

// hash returns the PHC string of a password. It waits for a free slot as long as ctx lets it.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key, err := h.key(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return phc(salt, key), nil
}

// matches reports whether a password is the one hashed. An empty hash never matches but takes as long as any other.
func (h *hasher) matches(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.decoy
	}
	salt, want, err := parsePHC(stored)
	if err != nil {
		return false, err
	}
	have, err := h.key(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(have, want) == 1 && known, nil
}

func (h *hasher) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
	defer func() { <-h.slots }()
	// NFC, because the same Vietnamese password comes composed from one keyboard and decomposed from another.
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, argonTime, argonMemory, argonThreads, argonKey), nil
}

func phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(key))
}

// parsePHC accepts the one cost this program writes; another cost would need a migration, not a silent weakening.
func parsePHC(s string) (salt, key []byte, err error) {
	prefix := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonThreads)
	rest, ok := strings.CutPrefix(s, prefix)
	a, b, found := strings.Cut(rest, "$")
	if !ok || !found {
		return nil, nil, fmt.Errorf("a stored password is not in the form %s…", prefix)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(a); err != nil {
		return nil, nil, fmt.Errorf("decode the salt of a password: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(b); err != nil {
		return nil, nil, fmt.Errorf("decode the key of a password: %w", err)
	}
	return salt, key, nil
}

// weakness returns the words (a catalogue key) that say why a password is refused, "" when it is good enough.
func weakness(password, login string) string {
	n := utf8.RuneCountInString(norm.NFC.String(password))
	if n < shortestPassword || n > longestPassword || !utf8.ValidString(password) {
		return "password.length"
	}
	plain := strings.ToLower(password)
	if len(login) >= 4 && strings.Contains(plain, strings.ToLower(login)) {
		return "password.login"
	}
	different := map[rune]bool{}
	for _, r := range plain {
		different[r] = true
	}
	for _, w := range []string{"matkhau", "mật khẩu", "password", "canhcong", "12345678", "qwertyui", "abcdefgh"} {
		if strings.Contains(plain, w) && n < len(w)+8 {
			return "password.common"
		}
	}
	if len(different) < 6 {
		return "password.common"
	}
	return ""
}

// newToken returns 256 random bits for a cookie, and the hash it is stored by.
func newToken() (token, hash string) {
	b := make([]byte, 32)
	rand.Read(b)
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token)
}

// newCode returns a one-time code of 130 bits that a person can type ("K7QF-…"), and the hash it is stored by.
func newCode() (code, hash string) {
	text := rand.Text()
	var groups []string
	for len(text) > 0 {
		n := min(5, len(text))
		groups, text = append(groups, text[:n]), text[n:]
	}
	code = strings.Join(groups, "-")
	return code, hashCode(code)
}

// hashCode forgives how a code was typed: case, blanks and hyphens do not count.
func hashCode(code string) string {
	keep := func(r rune) rune {
		if strings.ContainsRune(" -\t\r\n", r) {
			return -1
		}
		return r
	}
	return hashToken(strings.ToUpper(strings.Map(keep, code)))
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
