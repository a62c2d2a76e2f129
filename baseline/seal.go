package baseline

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"canhcong/targets"
)

// sign is the HMAC over a list of fields, in hexadecimal.
func (j *Judge) sign(fields ...string) string {
	text, _ := json.Marshal(fields) // strings always can
	h := hmac.New(sha256.New, j.key)
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

// same compares hashes, of which an empty one is like none.
func same(a, b string) bool { return a != "" && hmac.Equal([]byte(a), []byte(b)) }

// seal is the HMAC over everything in a decided row that a judgement or a person relies on.
func (j *Judge) seal(r row) string {
	fields := []string{"canhcong baseline 1", strconv.FormatInt(r.SiteID, 10), strconv.Itoa(r.Version), r.State, strconv.FormatInt(r.ObservationID, 10),
		r.ContentHash, r.profile, r.DecidedBy, strconv.FormatInt(targets.Millis(r.DecidedAt), 10), r.Reason}
	if r.packed != "" {
		fields = append(fields, r.packed)
	}
	return j.sign(fields...)
}

func (j *Judge) sealRolling(anchorID int64, profile string) string {
	return j.sign("canhcong rolling 1", strconv.FormatInt(anchorID, 10), profile)
}

func (j *Judge) sealWard(w ward) string {
	return j.sign("canhcong quarantine 1", strconv.FormatInt(w.AnchorID, 10), strconv.FormatInt(w.ObservationID, 10), strconv.FormatInt(targets.Millis(w.At), 10))
}

// unseal checks the seal of a decided row and reads its profiles.
func (j *Judge) unseal(r row) (Baseline, error) {
	switch r.State {
	case Approved, Superseded, Rejected:
		if !same(r.mac, j.seal(r)) {
			return Baseline{}, fmt.Errorf("baseline %d of site %d: %w", r.ID, r.SiteID, ErrTampered)
		}
	}
	b := r.Baseline
	if r.profile != "" {
		if err := json.Unmarshal([]byte(r.profile), &b.Profile); err != nil {
			return Baseline{}, fmt.Errorf("read the profile of baseline %d: %w", r.ID, err)
		}
	}
	if r.packed != "" {
		if err := json.Unmarshal([]byte(r.packed), &b.Variants); err != nil {
			return Baseline{}, fmt.Errorf("read the variants of baseline %d: %w", r.ID, err)
		}
	}
	return b, nil
}
